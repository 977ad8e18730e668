"""What the tests of deploy/ share: the folder, and tools that only some machines have."""

from __future__ import annotations

import os
import shutil
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def cannot_run(reason: str) -> None:
    """Skip the test, with the reason; where everything must run (`.ci/run`), fail it."""
    if os.environ.get("TEST_REQUIRE_DEPLOY"):
        pytest.fail(reason)
    pytest.skip(reason)


def tool(name: str, package: str) -> str:
    """The path of a command, from this environment or the machine; `package` brings it."""
    beside = sysconfig.get_path("scripts")
    found = shutil.which(name, path=os.pathsep.join([beside, os.environ.get("PATH", "")]))
    if found is None:
        cannot_run(f"the command {name} is missing; it comes with {package}")
    return str(found)
