"""The JSON that `winerr explain` and the web API print: one stable form."""

from __future__ import annotations

from typing import Any

from knowledge.answers import Answer
from knowledge.codes.code import format_hex
from knowledge.explanation import Explanation
from knowledge.lookupform import code_json, lookup_json
from knowledge.stored import plain
from knowledge.traces.fingerprint import fingerprint
from knowledge.traces.trace import ExceptionInfo, Frame, Trace

Json = dict[str, Any]


def explanation_json(explanation: Explanation) -> Json:
    """Return the whole explanation as plain dicts and lists."""
    looked_up = lookup_json(explanation.findings, explanation.suggestions, explanation.fault)
    return {
        **looked_up,
        "traces": [_trace(trace) for trace in explanation.traces],
        "answers": [_answer(answer) for answer in explanation.answers],
        "auto_reply": explanation.auto_reply,
    }


def _trace(trace: Trace) -> Json:
    return {
        "language": trace.language,
        "locale": trace.locale,
        "span": [trace.start, trace.end],
        "frames": trace.frames,
        "root_cause": trace.root_cause,
        "exceptions": [_exception(exception) for exception in trace.exceptions],
        "top_frame": _frame(trace.top_frame),
        "in_app_frames": [_frame(frame) for frame in trace.root.frames if frame.in_app]
        if trace.exceptions
        else [],
        "fingerprint": fingerprint(trace),
        "unparsed": list(trace.unparsed),
    }


def _exception(exception: ExceptionInfo) -> Json:
    return {
        "type": exception.type,
        "message": exception.message,
        "code": None if exception.code is None else format_hex(exception.code),
        "frames": len(exception.frames),
    }


def _frame(frame: Frame | None) -> Json | None:
    if frame is None:
        return None
    return {"function": frame.function, "file": frame.file, "line": frame.line}


def _answer(answer: Answer) -> Json:
    reading = answer.reading
    return {
        "code": {
            **code_json(reading),
            "inner": code_json(reading.inner) if reading.inner else None,
        },
        "basis": answer.basis,
        "article": answer.article,
        "title": answer.title,
        "kind": answer.kind,
        "summary": answer.summary,
        "context": answer.context,
        "meaning": answer.meaning,
        "background": answer.background,
        "seen_in": list(answer.seen_in),
        "impact": answer.impact,
        "causes": [plain(cause) for cause in answer.causes],
        "diagnose": [plain(step) for step in answer.diagnose],
        "fix": [plain(fix) for fix in answer.fix],
        "never": [plain(never) for never in answer.never],
        "developer_notes": answer.developer_notes,
        "faq": [plain(question) for question in answer.faq],
        "related": [plain(related) for related in answer.related],
        "sources": [plain(source) for source in answer.sources],
        "updated": answer.updated,
    }
