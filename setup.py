"""Building a wheel compiles the knowledge, so that an installed winerr needs no writable folder."""

from __future__ import annotations

import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent


class BuildWithKnowledge(build_py):
    def run(self) -> None:
        super().run()
        # An editable install uses the sources, and compiles them by itself when they change.
        if not self.editable_mode:
            self.announce(compile_into(self.compiled))

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        outputs = super().get_outputs(include_bytecode)
        return outputs if self.editable_mode else [*outputs, str(self.compiled)]

    @property
    def compiled(self) -> Path:
        return Path(self.build_lib) / "knowledge" / "compiled.sqlite"


def compile_into(target: Path) -> str:
    # Isolated builds do not have the project itself on the path.
    sys.path.insert(0, str(ROOT))
    from knowledge.compiling import compile_knowledge
    from knowledge.sources import Sources

    return str(compile_knowledge(Sources(root=ROOT / "knowledge"), target))


setup(cmdclass={"build_py": BuildWithKnowledge})
