"""Write requirements.lock: every dependency pinned with its hashes, and no host name.

Usage: python scripts/lock.py   (needs `uv`, e.g. `pip install uv`)

The file has two sections. Everything above the line `# development` is what the bot needs to run;
`make install` and the Dockerfile install that part only. One file, so that a version is never
pinned twice.
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
# Above the line "# development": what winerr needs to run. Below: what its tests and linters need.
"""
SEPARATOR = "# development\n"


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
    """Resolve both sections and write the file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    # The build backend runs inside the environment (no isolation), so that it is pinned as well.
    needed = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    runtime = compile_lock(needed)
    pins = "".join(block.split(" \\")[0].strip() + "\n" for block in runtime)
    everything = compile_lock([*needed, *project["dependency-groups"]["dev"]], pins)
    names = {block.split("==")[0] for block in runtime}
    development = [block for block in everything if block.split("==")[0] not in names]
    text = HEADER + "".join(runtime) + SEPARATOR + "".join(development)
    (ROOT / "requirements.lock").write_text(text, encoding="utf-8")
    print(f"requirements.lock: {len(runtime)} to run, {len(development)} to develop")


if __name__ == "__main__":
    main()
