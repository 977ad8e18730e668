"""The OpenAPI 3.1 document of the API; tests hold real answers against it."""

from __future__ import annotations

from typing import Any

from bot.web.api.requests import BODY_BYTES, QUERY_CHARS
from knowledge.guidance import Cause, Fix, Never, Question, Related, Source, Step

_Json = dict[str, Any]
_PARTS = (Cause, Step, Fix, Never, Question, Related, Source)
_TEXT: _Json = {"type": "string"}
_NUMBER: _Json = {"type": "integer"}
_SHARE: _Json = {"type": "number", "minimum": 0, "maximum": 1}
_HEX: _Json = {"type": "string", "pattern": "^0x[0-9A-F]{8}$"}
_PERHAPS: _Json = {"type": ["string", "null"]}


def document(public_url: str | None) -> _Json:
    """The document, with the address of this winerr where it is known."""
    lookup = "List every reading of a code, a name or a system message, best first."
    ask = "Answer a question from the articles. Empty when none answers it well."
    explain = "Find and explain the errors in a text, such as a log or a stack trace."
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "winerr",
            "version": "1",
            "summary": "Explains Windows errors; the JSON of the command line.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": public_url or "/"}],
        "paths": {
            "/api/v1/explain": {"post": _posting("explain", explain, "Explanation")},
            "/api/v1/lookup": {
                "get": _getting("lookup", lookup, "LookUp"),
                "post": _posting("lookupText", lookup, "LookUp"),
            },
            "/api/v1/ask": {
                "get": _getting("ask", ask, "Results"),
                "post": _posting("askText", ask, "Results"),
            },
        },
        "components": {"schemas": _schemas(), "responses": _responses()},
    }


def _posting(name: str, summary: str, answer: str) -> _Json:
    body = {"required": True, "content": _json_of("Text")}
    return {"operationId": name, "summary": summary, "requestBody": body, **_answers(answer, "413")}


def _getting(name: str, summary: str, answer: str) -> _Json:
    parameter = {
        "name": "q",
        "in": "query",
        "required": True,
        "schema": {"type": "string", "minLength": 1, "maxLength": QUERY_CHARS},
        "example": "0x80070005",
    }
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [parameter],
        **_answers(answer, "413"),
    }


def _answers(name: str, *more: str) -> _Json:
    refused = {status: {"$ref": f"#/components/responses/{status}"} for status in (*more, "400")}
    limited = {"429": {"$ref": "#/components/responses/429"}}
    return {
        "responses": {"200": {"description": name, "content": _json_of(name)}, **refused, **limited}
    }


def _responses() -> _Json:
    told = {
        "400": "Something is missing or of the wrong form; the error says what to send.",
        "413": f"The body is larger than {BODY_BYTES} bytes, or a question longer than"
        f" {QUERY_CHARS} characters.",
        "429": "Too many requests of one client: come back after Retry-After seconds.",
    }
    responses: _Json = {
        status: {"description": words, "content": _json_of("Error")}
        for status, words in told.items()
    }
    responses["429"]["headers"] = {"Retry-After": {"schema": _NUMBER}}
    return responses


def _schemas() -> _Json:
    """The shapes of `knowledge.jsonform`, `lookupform` and `search`, and the models of guidance."""
    # Whoever never asks for the description does not pay for it.
    from pydantic import TypeAdapter

    parts: _Json = {}
    for model in _PARTS:
        schema = TypeAdapter(model).json_schema(mode="serialization")
        # Every field is printed, the empty ones too.
        parts[model.__name__] = {**schema, "required": list(schema["properties"])}
    return {
        **parts,
        "Error": _object(error=_TEXT, _may={"reference": _TEXT}),
        "Text": {
            "type": "object",
            "properties": {"text": {"type": "string"}},
            "required": ["text"],
            "examples": [{"text": "The agent failed with 0x2F7"}],
        },
        "Code": _object(family=_TEXT, code=_HEX, name=_PERHAPS),
        "CodeInside": _object(family=_TEXT, code=_HEX, name=_PERHAPS, inner=_perhaps("Code")),
        "Reading": _object(
            family=_TEXT,
            code=_HEX,
            decimal=_NUMBER,
            signed=_NUMBER,
            name=_PERHAPS,
            names=_list(_TEXT),
            confidence=_SHARE,
            why=_TEXT,
            inner=_perhaps("Code"),
        ),
        "Finding": _object(
            span=_SPAN,
            as_written=_TEXT,
            kind={"enum": ["number", "symbol", "message", "exception"]},
            confidence=_SHARE,
            why=_TEXT,
            readings=_list(_ref("Reading")),
        ),
        "Suggestion": _object(family=_TEXT, code=_HEX, name=_PERHAPS, why=_TEXT),
        "Equivalents": _object(
            win32=_perhaps("Code"),
            hresult=_PERHAPS,
            python=_PERHAPS,
            errno={"type": "object", "additionalProperties": _TEXT},
            dotnet=_list(_TEXT),
        ),
        "LookUp": _object(
            findings=_list(_ref("Finding")),
            _may={
                "suggestions": _list(_ref("Suggestion")),
                "fault": _TEXT,
                "equivalents": _ref("Equivalents"),
            },
        ),
        "Frame": _object(function=_TEXT, file=_PERHAPS, line={"type": ["integer", "null"]}),
        "Exception": _object(type=_PERHAPS, message=_PERHAPS, code=_PERHAPS, frames=_NUMBER),
        "Trace": _object(
            language=_TEXT,
            locale=_PERHAPS,
            span=_SPAN,
            frames=_NUMBER,
            root_cause={"type": ["integer", "null"]},
            exceptions=_list(_ref("Exception")),
            top_frame=_perhaps("Frame"),
            in_app_frames=_list(_ref("Frame")),
            fingerprint=_PERHAPS,
            unparsed=_list({}),
        ),
        "Answer": _answer(),
        "Explanation": _object(
            findings=_list(_ref("Finding")),
            traces=_list(_ref("Trace")),
            answers=_list(_ref("Answer")),
            auto_reply={"type": "boolean"},
            _may={"suggestions": _list(_ref("Suggestion")), "fault": _TEXT},
        ),
        "Result": _object(
            article=_PERHAPS,
            code={
                "type": "object",
                "properties": {
                    "family": _TEXT,
                    "code": _HEX,
                    "name": _PERHAPS,
                    "inner": _ref("Code"),
                },
                "required": ["family", "code", "name"],
                "additionalProperties": False,
            },
            score={"type": "number"},
            ask=_PERHAPS,
            answer=_TEXT,
        ),
        "Results": _object(results=_list(_ref("Result"))),
    }


def _answer() -> _Json:
    return _object(
        code=_ref("CodeInside"),
        basis={"enum": ["article", "playbook", "structure"]},
        article=_PERHAPS,
        title=_TEXT,
        kind={"enum": ["failure", "success_action", "progress", "envelope", "state"]},
        summary=_TEXT,
        context=_PERHAPS,
        meaning=_PERHAPS,
        background=_PERHAPS,
        seen_in=_list(_TEXT),
        impact=_PERHAPS,
        causes=_list(_ref("Cause")),
        diagnose=_list(_ref("Step")),
        fix=_list(_ref("Fix")),
        never=_list(_ref("Never")),
        developer_notes=_PERHAPS,
        faq=_list(_ref("Question")),
        related=_list(_ref("Related")),
        sources=_list(_ref("Source")),
        updated=_PERHAPS,
    )


def _object(*, _may: _Json | None = None, **properties: _Json) -> _Json:
    """An object that has all of the properties, and perhaps those of `_may`."""
    return {
        "type": "object",
        "properties": properties | (_may or {}),
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: _Json) -> _Json:
    return {"type": "array", "items": items}


def _ref(name: str) -> _Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _perhaps(name: str) -> _Json:
    return {"anyOf": [_ref(name), {"type": "null"}]}


def _json_of(name: str) -> _Json:
    return {"application/json": {"schema": _ref(name)}}


_SPAN = {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}
