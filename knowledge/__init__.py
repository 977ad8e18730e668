"""What is true about Windows errors: codes, texts, traces, articles. Pure: no Slack, no network.

The names below are the package's public face. They are imported when first used, so that looking
up one code on the command line does not pay for what explaining a text needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from knowledge.answers import Answer as Answer
    from knowledge.asking import explain_asked as explain_asked
    from knowledge.base import KnowledgeBase as KnowledgeBase
    from knowledge.codes.code import Code as Code
    from knowledge.errors import Fault as Fault
    from knowledge.errors import KnowledgeError as KnowledgeError
    from knowledge.explanation import Explanation as Explanation
    from knowledge.explanation import explain as explain
    from knowledge.explanation import explain_unasked as explain_unasked
    from knowledge.findings import Finding as Finding
    from knowledge.findings import Mention as Mention
    from knowledge.findings import Reading as Reading
    from knowledge.findings import Suggestion as Suggestion
    from knowledge.guidance import Fix as Fix
    from knowledge.guidance import Step as Step
    from knowledge.jsonform import explanation_json as explanation_json
    from knowledge.loading import open_knowledge as open_knowledge
    from knowledge.search import SearchResult as SearchResult
    from knowledge.search import answers_to as answers_to
    from knowledge.search import nearest_to as nearest_to
    from knowledge.surfaces import Surface as Surface
    from knowledge.surfaces import Thresholds as Thresholds
    from knowledge.traces.trace import Trace as Trace

_HOME = {
    "Answer": "answers",
    "Code": "codes.code",
    "Explanation": "explanation",
    "Fault": "errors",
    "Finding": "findings",
    "Fix": "guidance",
    "KnowledgeBase": "base",
    "KnowledgeError": "errors",
    "Mention": "findings",
    "Reading": "findings",
    "SearchResult": "search",
    "Step": "guidance",
    "Suggestion": "findings",
    "Surface": "surfaces",
    "Thresholds": "surfaces",
    "Trace": "traces.trace",
    "answers_to": "search",
    "explain": "explanation",
    "explain_asked": "asking",
    "explain_unasked": "explanation",
    "explanation_json": "jsonform",
    "nearest_to": "search",
    "open_knowledge": "loading",
}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'knowledge' has no attribute {name!r}")
    return getattr(import_module(f"knowledge.{_HOME[name]}"), name)
