"""What every test may use."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from knowledge.base import KnowledgeBase
from knowledge.loading import open_knowledge


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have a bot configured; no test may find it."""
    for name in [name for name in os.environ if name.startswith(("SLACK_", "WINERR_"))]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def base() -> Iterator[KnowledgeBase]:
    """The shipped knowledge, compiled: the real one, opened once."""
    knowledge = open_knowledge()
    yield knowledge
    knowledge.close()
