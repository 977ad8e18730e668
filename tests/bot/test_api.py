"""The API over real HTTP: the JSON of the command line, as its own document describes it."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from bot.cli import main
from bot.web.api.endpoints import api_routes
from bot.web.guarding import Guard
from knowledge import KnowledgeBase

LOG = """System.UnauthorizedAccessException: Access to the path 'C:\\x' is denied.
   at System.IO.FileStream..ctor(String path, FileMode mode)
   at Shop.Orders.Save(String path) in C:\\src\\Orders.cs:line 12"""


@pytest.fixture
async def client(base: KnowledgeBase) -> AsyncIterator[Any]:
    async with TestClient(TestServer(serving(base, Guard(0)))) as opened:
        yield opened


def serving(base: KnowledgeBase, guard: Guard) -> web.Application:
    application = web.Application(client_max_size=1024 * 1024)
    application.add_routes(api_routes(base, guard, "https://winerr.example.com"))
    return application


async def judged(client: Any, response: Any, name: str) -> Any:
    """The body of an answer, held against the document that the same server hands out."""
    described = await (await client.get("/api/v1/openapi.json")).json()
    body = await response.json()
    schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
    found = [f"{error.json_path}: {error.message}" for error in
             Draft202012Validator(schema).iter_errors(body)]  # fmt: skip
    assert found == []
    return body


async def test_the_document_is_openapi_3_1(client: Any) -> None:
    response = await client.get("/api/v1/openapi.json")
    described = await response.json()
    validate(described, cls=OpenAPIV31SpecValidator)
    assert described["servers"] == [{"url": "https://winerr.example.com"}]
    served = {
        (route.method.lower(), route.resource.canonical)
        for route in client.app.router.routes()
        if route.method != "HEAD" and not route.resource.canonical.endswith("openapi.json")
    }
    told = {(method, path) for path, item in described["paths"].items() for method in item}
    assert told == served


@pytest.mark.parametrize(
    "text", ["0x2F7", "ERROR_ACCESS_DENIED", "failed with -1073741819", LOG, "hello",
             "0x8007000500", "0x8FFF1234", "ERROR_ACES_DENIED", "500.19", "\x00\ud7ff😀",
             "8024a10a"],
)  # fmt: skip
async def test_every_answer_is_as_described(client: Any, text: str) -> None:
    response = await client.post("/api/v1/explain", json={"text": text})
    assert response.status == 200
    await judged(client, response, "Explanation")
    response = await client.post("/api/v1/lookup", json={"text": text})
    await judged(client, response, "LookUp")
    response = await client.post("/api/v1/ask", json={"text": text})
    await judged(client, response, "Results")


@pytest.mark.parametrize("asked", ["0x2F7", "ERROR_ACES_DENIED", "0x80070005", "0x8007000500"])
async def test_lookup_says_what_the_command_line_says(
    client: Any, asked: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["lookup", "--json", asked])
    printed = json.loads(capsys.readouterr().out)
    assert await (await client.get("/api/v1/lookup", params={"q": asked})).json() == printed
    assert await (await client.post("/api/v1/lookup", json={"text": asked})).json() == printed


async def test_ask_says_what_the_command_line_says(
    client: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    question = "which process has my file open?"
    main(["ask", "--json", question])
    printed = json.loads(capsys.readouterr().out)
    response = await client.get("/api/v1/ask", params={"q": question})
    assert await judged(client, response, "Results") == printed
    assert printed["results"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "told"),
    [
        pytest.param("GET", "/api/v1/lookup", None, 400, "?q=0x2F7", id="no-q"),
        pytest.param("GET", "/api/v1/ask?q=%20", None, 400, "?q=0x2F7", id="blank-q"),
        pytest.param(
            "GET", f"/api/v1/ask?q={'x' * 2_001}", None, 413, "/api/v1/explain", id="long-q"
        ),
        pytest.param("POST", "/api/v1/ask", b'{"text": ""}', 400, "empty", id="empty"),
        pytest.param("POST", "/api/v1/lookup", b"{", 400, '{"text":', id="cut"),
        pytest.param("POST", "/api/v1/lookup", b'{"q": "5"}', 400, '{"text":', id="other-field"),
        pytest.param("POST", "/api/v1/ask", b"[" * 100_000, 400, '{"text":', id="nested"),
        pytest.param(
            "POST", "/api/v1/ask", b'{"text": "\\ud800"}', 400, '{"text":', id="surrogate"
        ),
        pytest.param("POST", "/api/v1/explain", b"x" * 200_000, 413, "a part of it", id="large"),
    ],
)
async def test_a_bad_request_is_told_what_to_send(
    client: Any, method: str, path: str, body: bytes | None, status: int, told: str
) -> None:
    data = io.BytesIO(body) if body is not None else None
    response = await client.request(method, path, data=data)
    assert response.status == status
    assert told in (await judged(client, response, "Error"))["error"]


async def test_a_client_that_asks_too_much_is_told_when_to_come_back(base: KnowledgeBase) -> None:
    async with TestClient(TestServer(serving(base, Guard(per_minute=2)))) as client:
        answered = [await client.get("/api/v1/lookup?q=5") for _ in range(3)]
        assert [response.status for response in answered] == [200, 200, 429]
        assert int(answered[-1].headers["Retry-After"]) > 0
        await judged(client, answered[-1], "Error")
