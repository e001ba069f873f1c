"""Every answer is safe for a browser, no body is too large, and nobody sees a trace."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message

from onward.middleware import Guardrail

SECRET_WORDS = "i have nowhere to stay tonight"


async def echo(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def fail(request: Request) -> Response:
    raise RuntimeError(SECRET_WORDS)


async def own_headers(request: Request) -> Response:
    return PlainTextResponse("ok", headers={"Content-Security-Policy": "default-src 'none'"})


async def fail_halfway(request: Request) -> Response:
    async def body() -> AsyncIterator[bytes]:
        yield b"half"
        raise RuntimeError(SECRET_WORDS)

    return StreamingResponse(body())


ROUTES = [
    Route("/echo", echo, methods=["POST"]),
    Route("/fail/{name}", fail),
    Route("/own", own_headers),
    Route("/halfway", fail_halfway),
]


@pytest.fixture
def client() -> Iterator[TestClient]:
    layer = Middleware(Guardrail, service="Onward", https=True, max_body=1000)
    with TestClient(Starlette(routes=ROUTES, middleware=[layer])) as client:
        yield client


def test_headers_are_on_every_answer(client: TestClient) -> None:
    for answer in (client.post("/echo", content=b"x"), client.get("/nowhere"), client.get("/fail/x")):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


def test_a_page_may_set_its_own(client: TestClient) -> None:
    assert client.get("/own").headers.get_list("Content-Security-Policy") == ["default-src 'none'"]


def test_a_body_at_the_limit_passes(client: TestClient) -> None:
    assert client.post("/echo", content=b"x" * 1000).text == "1000"


def test_a_declared_body_over_the_limit_is_refused(client: TestClient) -> None:
    answer = client.post("/echo", content=b"x" * 1001)
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


def test_an_undeclared_body_over_the_limit_is_refused(client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(11):
            yield b"x" * 100

    assert client.post("/echo", content=chunks()).status_code == 413


def test_a_failure_is_plain_words(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        page = client.get("/fail/Ann", headers={"Accept": "text/html,*/*"})
        data = client.get("/fail/Ann")
    assert page.status_code == data.status_code == 500
    assert "Sorry, something went wrong" in page.text
    assert data.json() == {"error": "failed", "message": "It is not your fault. Try again in a minute."}
    for text in (page.text, data.text, caplog.text):
        assert SECRET_WORDS not in text
        assert "Traceback" not in text
    assert "RuntimeError" in caplog.text
    assert "Ann" not in caplog.text


def test_a_failure_halfway_is_left_unfinished(caplog: pytest.LogCaptureFixture) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/halfway", "headers": [], "asgi": {"spec_version": "2.4"}}
    app = Guardrail(Route("/halfway", fail_halfway), service="Onward", https=False)
    with caplog.at_level(logging.ERROR):
        asyncio.run(app(scope, receive, send))
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[-1]["more_body"]
    assert SECRET_WORDS not in caplog.text
