"""What every test may use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from knowledge.base import KnowledgeBase
from knowledge.loading import open_knowledge


@pytest.fixture(scope="session")
def base() -> Iterator[KnowledgeBase]:
    """The shipped knowledge, compiled: the real one, opened once."""
    knowledge = open_knowledge()
    yield knowledge
    knowledge.close()
