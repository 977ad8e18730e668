"""Carry out a Dockerfile's steps, and start the result, where no container engine runs.

Usage: python scripts/dockerfile_steps.py [--file deploy/Dockerfile] [--env NAME=VALUE]… [COMMAND…]

Linux, as root. In the place of the base image stands this machine's own file system, which needs a
Python: each stage is an overlay over it, in a mount namespace of its own, and everything vanishes
with the script. RUN and COPY are carried out in order, with .dockerignore; then CMD (or COMMAND)
starts with the image's user, environment and folder: its root file system read-only, without new
privileges; only the VOLUMEs can be written. Without COMMAND it says when the HEALTHCHECK succeeds.
So the steps and their result are proven; the base image itself, and its Python's version, are not.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_INSIDE = "DOCKERFILE_STEPS_NAMESPACE"
_BOUND = ("dev", "proc", "sys")
_PASSED_ON = re.compile(r"(?i)PIP_\w+|(?:https?|no)_proxy|SSL_CERT_FILE")
_HEALTH_SECONDS = 60


@dataclass(frozen=True)
class Instruction:
    """One instruction: its keyword in capitals, and all that follows on its (joined) lines."""

    keyword: str
    text: str


@dataclass
class Image:
    """What a stage has come to."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    user: str = "0"
    volumes: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)


def parse(text: str) -> list[Instruction]:
    """The instructions of a Dockerfile, comments left out and continued lines joined."""
    lines = [
        line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")
    ]
    joined = "\n".join(lines).replace("\\\n", " ")
    parts = [line.strip().split(None, 1) for line in joined.splitlines()]
    return [Instruction(part[0].upper(), part[1] if len(part) > 1 else "") for part in parts]


def is_ignored(path: str, patterns: list[str]) -> bool:
    """Whether .dockerignore leaves a path out: the last pattern that fits it decides."""
    ignored = False
    above = [path, *(str(parent) for parent in Path(path).parents if str(parent) != ".")]
    for pattern in patterns:
        wanted = pattern.removeprefix("!").strip("/")
        shapes = [wanted, wanted.removeprefix("**/")] if wanted.startswith("**/") else [wanted]
        # fnmatch lets * pass a slash, Docker does not: ours are compared part by part.
        if any(_fits(name, shape) for name in above for shape in shapes) or (
            wanted.startswith("**/") and any(_fits(Path(name).name, shapes[1]) for name in above)
        ):
            ignored = not pattern.startswith("!")
    return ignored


def _fits(name: str, pattern: str) -> bool:
    names, shapes = name.split("/"), pattern.split("/")
    return len(names) == len(shapes) and all(map(fnmatch.fnmatchcase, names, shapes))


def ignore_patterns(context: Path) -> list[str]:
    """The patterns of the context's .dockerignore."""
    lines = (context / ".dockerignore").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


class Builder:
    """Carries out instructions, stage by stage."""

    def __init__(self, context: Path, work: Path) -> None:
        self._context = context
        self._work = work
        self._ignored = ignore_patterns(context)
        self._stages: dict[str, Image] = {}
        self._arguments: dict[str, str] = {}

    def build(self, instructions: list[Instruction]) -> Image:
        """The last stage; CalledProcessError when a step fails."""
        image: Image | None = None
        for instruction in instructions:
            print(f"-- {instruction.keyword} {instruction.text}", flush=True)
            if instruction.keyword == "FROM":
                image = self._begin(instruction.text)
            elif instruction.keyword == "ARG" and image is None:
                name, _, value = instruction.text.partition("=")
                self._arguments[name] = value
            elif image is None:
                sys.exit(f"dockerfile_steps: {instruction.keyword} stands before the first FROM")
            else:
                self._carry_out(image, instruction)
        if image is None:
            sys.exit("dockerfile_steps: there is no FROM")
        return image

    def _begin(self, text: str) -> Image:
        words = text.split()
        name = words[2] if len(words) == 3 and words[1].upper() == "AS" else str(len(self._stages))
        if not words[0].startswith("python:"):
            sys.exit(f"dockerfile_steps: only Python's images can be stood in for, not {words[0]}")
        root = _overlay(self._work / f"stage-{len(self._stages)}")
        path = f"{sys.base_prefix}/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        self._stages[name] = image = Image(root, {"PATH": path})
        _offer_python(root)
        return image

    def _carry_out(self, image: Image, instruction: Instruction) -> None:
        text = instruction.text
        match instruction.keyword:
            case "RUN":
                passed = {
                    name: value for name, value in os.environ.items() if _PASSED_ON.fullmatch(name)
                }
                command = ["/bin/sh", "-c", text]
                run_in(image, command, {"HOME": "/root", **passed}).check_returncode()
            case "COPY":
                self._copy(image, text)
            case "ENV":
                for pair in shlex.split(text):
                    name, _, value = pair.partition("=")
                    image.environment[name] = re.sub(
                        r"\$\{?(\w+)\}?", lambda found: image.environment.get(found[1], ""), value
                    )
            case "WORKDIR":
                image.folder = text
                _within(image, text).mkdir(parents=True, exist_ok=True)
            case "USER":
                image.user = text
            case "VOLUME":
                image.volumes = json.loads(text)
            case "CMD":
                image.command = json.loads(text)
            case "HEALTHCHECK":
                image.health = json.loads(text.partition("CMD ")[2])
            case "LABEL" | "EXPOSE":
                pass
            case other:
                sys.exit(f"dockerfile_steps: {other} is not known here: teach it")

    def _copy(self, image: Image, text: str) -> None:
        words = text.split()
        source_image = None
        if words[0].startswith("--from="):
            source_image = self._stages[words.pop(0).removeprefix("--from=")]
        *sources, target = words
        for source in sources:
            into = _within(image, target)
            if source_image is not None:
                shutil.copytree(_within(source_image, source), into, symlinks=True)
            elif (self._context / source).is_dir():
                shutil.copytree(self._context / source, into, ignore=self._leave_out)
            elif is_ignored(source, self._ignored):
                sys.exit(f"dockerfile_steps: COPY {source}: .dockerignore leaves it out")
            else:
                shutil.copy2(self._context / source, into / source)

    def _leave_out(self, folder: str, names: list[str]) -> list[str]:
        place = Path(folder).relative_to(self._context)
        return [name for name in names if is_ignored(str(place / name), self._ignored)]


def _overlay(folder: Path) -> Path:
    merged, upper, work = (folder / name for name in ("merged", "upper", "work"))
    for part in (merged, upper, work):
        part.mkdir(parents=True)
    layers = f"lowerdir=/,upperdir={upper},workdir={work}"
    _mount("-t", "overlay", "overlay", "-o", layers, str(merged))
    for name in _BOUND:
        _mount("--rbind", f"/{name}", str(merged / name))
    # What the host's own project and packages left behind would hide a forgotten COPY.
    for name in ("tmp", "opt", "work", "src", "data"):
        if (merged / name).is_dir():
            _mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", str(merged / name))
    return merged


def _offer_python(root: Path) -> None:
    """Let every user of the stage run this interpreter as `python`, as Python's images do."""
    folder = root / sys.base_prefix.lstrip("/") / "bin"
    if not (folder / "python").exists():
        (folder / "python").symlink_to("python3")
    for above in folder.parents:
        if above == root:
            return
        above.chmod(0o755)  # in the overlay only: root's home may be closed


def _within(image: Image, path: str) -> Path:
    return image.root / str(Path(image.folder, path)).lstrip("/")


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


def _chroot(image: Image, command: list[str], user: str) -> list[str]:
    identity = []
    if user != "0":
        uid, _, gid = user.partition(":")
        identity = [
            "setpriv", f"--reuid={uid}", f"--regid={gid or uid}", "--clear-groups",
            "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all",
        ]  # fmt: skip
    there = f'cd {shlex.quote(image.folder)} && exec "$@"'
    return ["chroot", str(image.root), *identity, "/bin/sh", "-c", there, "sh", *command]


def run_in(
    image: Image, command: list[str], environment: dict[str, str], user: str = "0"
) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a stage to its end."""
    env = {**environment, **image.environment}
    return subprocess.run(_chroot(image, command, user), env=env, check=False)


def start(image: Image, command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a command as `docker run --read-only` would."""
    # Parts that only hid the host are gone in an image; the root's own are read-only from here on.
    _mount("-o", "remount,ro", str(image.root))
    for mounted in ("tmp", "opt"):
        if os.path.ismount(image.root / mounted):
            _mount("-o", "remount,ro", str(image.root / mounted))
    uid, _, gid = image.user.partition(":")
    for volume in image.volumes:
        _mount(
            "-t",
            "tmpfs",
            "-o",
            f"uid={uid},gid={gid},mode=0700",
            "tmpfs",
            str(_within(image, volume)),
        )
    env = {"HOME": image.folder, **image.environment, **environment}
    return subprocess.Popen(_chroot(image, command, image.user), env=env)


def serve(image: Image, command: list[str], environment: dict[str, str]) -> int:
    """Run the command until it ends, SIGTERM and Ctrl-C passed on; return its exit code."""
    process = start(image, command or image.command, environment)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _frame: process.send_signal(got))
    if not command:
        healthy = _become_healthy(image, process, environment)
        print("-- healthy" if healthy else "-- not healthy", flush=True)
    return process.wait()


def _become_healthy(
    image: Image, process: subprocess.Popen[bytes], environment: dict[str, str]
) -> bool:
    until = time.monotonic() + _HEALTH_SECONDS
    while process.poll() is None and time.monotonic() < until:
        # While it starts, the check fails with a traceback that is of no interest.
        env = {"HOME": image.folder, **image.environment, **environment}
        command = _chroot(image, image.health, image.user)
        probe = subprocess.run(command, env=env, check=False, capture_output=True)
        if probe.returncode == 0:
            return True
        time.sleep(0.5)
    return False


def main() -> int:
    """Build, then run; see the module's text."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--file", type=Path, default=ROOT / "deploy" / "Dockerfile")
    parser.add_argument("--env", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("command", nargs="*")
    arguments = parser.parse_args()
    if sys.platform != "linux" or os.geteuid() != 0:
        sys.exit("dockerfile_steps: mounting needs Linux and root")
    if os.environ.get(_INSIDE) != "1":
        # Replaced by a process in a mount namespace of its own, so that nothing stays mounted.
        os.environ[_INSIDE] = "1"
        os.execvp("unshare", ["unshare", "--mount", sys.executable, *sys.argv])
    work = Path("/media")  # there on every Linux; what is mounted here is seen here only
    _mount("-t", "tmpfs", "tmpfs", str(work))
    image = Builder(ROOT, work).build(parse(arguments.file.read_text(encoding="utf-8")))
    environment = dict(pair.split("=", 1) for pair in arguments.env)
    return serve(image, arguments.command, environment)


if __name__ == "__main__":
    sys.exit(main())
