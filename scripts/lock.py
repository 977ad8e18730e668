"""Write requirements.lock: every dependency pinned with its hashes, and no host name.

Usage: python scripts/lock.py   (needs `uv`, e.g. `pip install uv`)

The file has four sections. Everything above the line `# postgres` is what the bot needs to run, and
what `make install` installs. Everything above `# development` is that, PostgreSQL's driver (the
extra "postgres") and what traces need (the extra "otel"), and goes into the image. One file, so
that a version is never pinned twice.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = """\
# Written by scripts/lock.py from pyproject.toml: do not edit by hand.
# Above the line "# postgres": what winerr needs to run. Below it, the driver for PostgreSQL; below
# "# otel", what traces need; below "# development", what its tests and linters need.
"""
POSTGRES = "# postgres\n"
OTEL = "# otel\n"
DEVELOPMENT = "# development\n"


def compile_lock(requirements: list[str], constraints: str = "") -> list[str]:
    """Return one text block per pinned distribution, hashes included."""
    uv = shutil.which("uv")
    if uv is None:
        sys.exit("lock: the command 'uv' is missing; install it with: pip install uv")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "in.txt")
        source.write_text("\n".join(requirements) + "\n", encoding="utf-8")
        pins = Path(folder, "constraints.txt")
        pins.write_text(constraints, encoding="utf-8")
        command = [
            uv, "pip", "compile", str(source), "--constraint", str(pins), "--universal",
            "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate",
            "--no-emit-index-url", "--no-emit-find-links", "--quiet",
        ]  # fmt: skip
        result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(f"lock: uv could not resolve the dependencies:\n{result.stderr}")
    blocks: list[str] = []
    for line in result.stdout.splitlines(keepends=True):
        if line.startswith((" ", "\t")):
            blocks[-1] += line
        else:
            blocks.append(line)
    return blocks


def main() -> None:
    """Resolve the sections and write the file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    # The build backend runs inside the environment (no isolation), so that it is pinned as well.
    needed = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    sections: list[list[str]] = []
    pinned: list[str] = []
    groups: list[list[str]] = [
        [],
        project["project"]["optional-dependencies"]["postgres"],
        project["project"]["optional-dependencies"]["otel"],
        project["dependency-groups"]["dev"],
    ]
    for more in groups:
        needed += more
        known = {name_of(block) for block in pinned}
        # What an earlier section pinned stays, so that the sections fit together.
        pins = "".join(block.split(" \\")[0].strip() + "\n" for block in pinned)
        blocks = [block for block in compile_lock(needed, pins) if name_of(block) not in known]
        sections.append(blocks)
        pinned += blocks
    runtime, postgres, otel, development = ("".join(blocks) for blocks in sections)
    text = HEADER + runtime + POSTGRES + postgres + OTEL + otel + DEVELOPMENT + development
    (ROOT / "requirements.lock").write_text(text, encoding="utf-8")
    counts = [len(blocks) for blocks in sections]
    told = "requirements.lock: {} to run, {} for PostgreSQL, {} for traces, {} to develop"
    print(told.format(*counts))


def name_of(block: str) -> str:
    """The name of the distribution that a block pins."""
    return block.split("==")[0]


if __name__ == "__main__":
    main()
