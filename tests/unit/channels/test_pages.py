"""Pages keep to themselves: a strict policy, nothing inline, files under addresses that name their content."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.testclient import TestClient

from casework.clock import system_clock
from channels.inbox import Inbox
from channels.pages import Assets
from channels.phone.routes import phone_router
from channels.webchat.demo import STARTERS, demo_routes

ROOT = Path(__file__).parents[3] / "channels"


@pytest.fixture
def client() -> TestClient:
    phone = phone_router(cast(Inbox, None), cast(Engine, None), system_clock)
    demo = demo_routes(service="Onward & Co", sample=True, phone=True)
    return TestClient(Starlette(routes=[*demo, *phone.routes]))


class Markup(HTMLParser):
    """Collects what a policy or a screen reader would trip over."""

    def __init__(self) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.files: list[str] = []
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.fields: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.inline += [name for name in given if name.startswith("on") or name == "style"]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        self.files += [
            str(given[name]) for name in ("src", "href") if tag in ("script", "link", "img") and name in given
        ]
        if "id" in given:
            self.ids.append(str(given["id"]))
        if tag == "label":
            self.labels.add(str(given.get("for")))
        if tag in ("input", "select", "textarea"):
            self.fields.add(str(given.get("id")))


@pytest.fixture(params=["/", "/phone"])
def page(request: pytest.FixtureRequest, client: TestClient) -> tuple[str, Markup, dict[str, str]]:
    response = client.get(request.param)
    assert response.status_code == 200
    markup = Markup()
    markup.feed(response.text)
    return response.text, markup, dict(response.headers)


def test_the_policy_allows_nothing_but_this_site(page: tuple[str, Markup, dict[str, str]]) -> None:
    policy = page[2]["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert page[2]["cache-control"] == "no-store"
    assert page[2]["referrer-policy"] == "no-referrer"


def test_nothing_is_inline(page: tuple[str, Markup, dict[str, str]]) -> None:
    assert page[1].inline == []


def test_every_field_has_its_label_and_every_id_is_one(page: tuple[str, Markup, dict[str, str]]) -> None:
    markup = page[1]
    assert markup.fields <= markup.labels
    assert len(markup.ids) == len(set(markup.ids))


def test_every_file_is_there_for_ever_under_its_address(
    page: tuple[str, Markup, dict[str, str]], client: TestClient
) -> None:
    assert page[1].files
    for file in page[1].files:
        response = client.get(file)
        assert response.status_code == 200, file
        assert "immutable" in response.headers["cache-control"]


def test_words_from_settings_are_escaped(client: TestClient) -> None:
    assert "Onward &amp; Co" in client.get("/").text


def test_nobody_is_called_what_the_field_does_not_call_them(page: tuple[str, Markup, dict[str, str]]) -> None:
    words = re.sub(r"<[^>]+>", " ", page[0]).lower()
    assert not re.search(r"\b(bot|chatbot|user|student|client)s?\b", words)


def test_what_can_be_pressed_is_no_word_that_a_carrier_acts_on() -> None:
    for title, said in STARTERS:
        assert said.lower() not in {"stop", "end", "cancel", "quit", "yes", "start"}
        assert len(title) <= 30


@pytest.fixture
def files(tmp_path: Path) -> TestClient:
    (tmp_path / "a.js").write_text("let a = 1;\n" * 50)
    (tmp_path / "secret.py").write_text("x")
    assets = Assets({"here": tmp_path}, "/files")
    client = TestClient(Starlette(routes=[assets.route()]))
    client.headers["x-url"] = assets.url("here/a.js")
    return client


def test_a_file_has_its_type_and_is_packed(files: TestClient) -> None:
    response = files.get("/files/here/a.js", headers={"accept-encoding": "gzip"})
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["content-encoding"] == "gzip"
    assert response.text.startswith("let a")
    plain = files.get("/files/here/a.js", headers={"accept-encoding": "identity"})
    assert plain.text == response.text
    assert "content-encoding" not in plain.headers


def test_a_file_that_is_still_the_same_is_not_sent_again(files: TestClient) -> None:
    etag = files.get("/files/here/a.js").headers["etag"]
    again = files.get("/files/here/a.js", headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_an_address_without_its_version_is_asked_for_again_soon(files: TestClient) -> None:
    assert "immutable" in files.get(files.headers["x-url"]).headers["cache-control"]
    assert "immutable" not in files.get("/files/here/a.js?v=old").headers["cache-control"]


@pytest.mark.parametrize("name", ["here/secret.py", "here/../a.js", "a.js", "", "here/%2e%2e/secret.py"])
def test_only_known_files_are_served(files: TestClient, name: str) -> None:
    assert files.get(f"/files/{name}").status_code == 404


def test_the_chat_script_is_small() -> None:
    script = (ROOT / "webchat/static/chat.js").read_bytes()
    assert len(gzip.compress(script)) <= 25_000
    assert b"innerHTML" not in script


def test_the_typeface_comes_with_its_licence() -> None:
    assert "SIL OPEN FONT LICENSE" in (ROOT / "static/fonts/LICENSE.txt").read_text()
