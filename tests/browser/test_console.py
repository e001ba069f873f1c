"""The console in a real browser: accessible on every page, by keyboard, live, and without scripts."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine
from sqlmodel import col, select
from starlette.applications import Starlette
from starlette.routing import Mount

from casework.clock import FixedClock
from casework.db import reading, writing
from casework.tables import Message
from console.app import build_console
from tests.browser.chromium import accessibility_faults, sign_in
from tests.casebook import JO_SMS, JO_WEB, KIT_SMS, NOW, PASSWORD, answered, escalated, open_casebook, said

pytestmark = pytest.mark.browser

STARTS_WITHIN_SECONDS = 20


@dataclass(frozen=True)
class Running:
    """A console that listens, and the database behind it."""

    url: str
    engine: Engine


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Running]:
    engine = open_casebook(str(tmp_path / "record.db"))
    with writing(engine) as session:
        asked = said(session, KIT_SMS, "i want to hurt myself", NOW - timedelta(minutes=9), outcome="guarded")
        answered(session, KIT_SMS, "I am glad you told me.", NOW, status="undelivered", error_code=30003)
        escalated(session, KIT_SMS, NOW - timedelta(minutes=9), message_id=asked.id, urgency="urgent")
        escalated(session, JO_SMS, NOW - timedelta(hours=1), adviser_id=1)
    app = Starlette(routes=[Mount("/console", build_console(engine, FixedClock(NOW), secret="a secret"))])
    with listening(app) as url:
        yield Running(url + "/console", engine)
    engine.dispose()


@contextmanager
def listening(app: Starlette) -> Iterator[str]:
    """Serve an application in a thread, on a port that was free."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while not server.started:
        if time.monotonic() > deadline:
            raise TimeoutError("the console did not start")
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(STARTS_WITHIN_SECONDS)
    listener.close()


@contextmanager
def page_of(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page in a fresh browser profile. A broken script or content policy fails the test."""
    context = browser.new_context(**options)
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda line: broken.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    context.close()
    assert broken == []


def replies(engine: Engine) -> list[str]:
    with reading(engine) as session:
        rows = session.exec(select(Message).where(Message.author == "adviser").order_by(col(Message.id)))
        return [message.text for message in rows]


@pytest.mark.parametrize("width", [1280, 320])
def test_every_page_is_accessible_and_fits(chromium: Browser, console: Running, width: int) -> None:
    with page_of(chromium, viewport={"width": width, "height": 900}) as page:
        wrong: dict[str, list[str]] = {}

        def look(name: str) -> None:
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            found = accessibility_faults(page)
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                found.append("scrolls sideways")
            if found:
                wrong[name] = found

        page.goto(console.url + "/sign-in")
        look("sign in")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_be_visible()
        look("sign in, refused")
        sign_in(page, console.url)
        look("conversations")
        for name, path in {
            "duty queue": "/conversations?show=duty",
            "nobody": "/conversations?show=duty&only=waiting",
            "transcript": "/people/Y1",
            "risk and failed delivery": "/people/Y2",
            "done": "/people/Y1?done=taken",
            "not in the record": "/conversations/7",
            "escalations": "/escalations",
            "one escalation": "/escalations/1",
            "not found": "/people/Y3",
            "no such page": "/nowhere",
        }.items():
            page.goto(console.url + path)
            look(name)
        page.goto(console.url + "/people/Y1")
        page.get_by_role("button", name="Send reply").click()
        expect(page.get_by_role("alert")).to_be_visible()
        look("reply, refused")
        page.goto(console.url + "/escalations/1")
        page.get_by_role("button", name="Close the escalation").click()
        expect(page.get_by_role("alert")).to_be_visible()
        look("close, refused")
        assert wrong == {}


def test_signing_in_and_replying_by_keyboard(chromium: Browser, console: Running) -> None:
    with page_of(chromium) as page:
        page.goto(console.url)
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.get_by_label("Email address")).to_be_focused()
        page.keyboard.type("ann@onward.example")
        page.keyboard.press("Tab")
        page.keyboard.type("wrong")
        page.keyboard.press("Enter")
        expect(page.locator(".govuk-error-summary")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Email address")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        link = page.get_by_role("link", name="Joanna Reed (Jo)")
        expect(link).to_be_visible()
        tab_to(page, "a[href*='/people/Y1']")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Joanna Reed (Jo)")
        tab_to(page, "#text")
        page.keyboard.type("Hi Jo, it is Ann")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Send reply")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Your reply is on its way")).to_be_visible()
        assert replies(console.engine) == ["Hi Jo, it is Ann"]


def test_a_double_click_sends_one_reply(chromium: Browser, console: Running) -> None:
    with page_of(chromium) as page:
        sign_in(page, console.url)
        page.goto(console.url + "/people/Y1")
        page.get_by_label("Your reply to Jo").fill("Hi Jo")
        page.get_by_role("button", name="Send reply").dblclick()
        expect(page.get_by_text("Your reply is on its way")).to_be_visible()
        assert replies(console.engine) == ["Hi Jo"]


def test_the_cost_is_counted_while_it_is_written(chromium: Browser, console: Running) -> None:
    with page_of(chromium) as page:
        sign_in(page, console.url)
        page.goto(console.url + "/people/Y1")
        box, cost = page.get_by_label("Your reply to Jo"), page.locator("[data-cost]")
        box.fill("x" * 161)
        expect(cost).to_contain_text("2 texts: 161 characters, standard letters")
        box.fill("Hi 🙂")
        expect(cost).to_contain_text("1 text: 5 characters, an emoji")
        page.get_by_label("Web chat").check()
        expect(cost).to_be_empty()


def test_new_messages_and_deliveries_appear_by_themselves(chromium: Browser, console: Running) -> None:
    with writing(console.engine) as session:
        waiting = answered(session, JO_SMS, "one moment", NOW, status="queued", status_rank=0)
        number = waiting.id
    with page_of(chromium) as page:
        sign_in(page, console.url)
        page.goto(console.url + "/people/Y1")
        expect(page.locator(f"[data-message='{number}']")).to_contain_text("Waiting to be sent")
        with writing(console.engine) as session:
            message = session.get(Message, number)
            assert message is not None
            message.status, message.status_rank = "delivered", 70
            session.add(message)
            said(session, JO_WEB, "this is new", NOW)
        expect(page.get_by_text("this is new")).to_be_visible(timeout=20_000)
        expect(page.locator(f"[data-message='{number}']")).to_contain_text("Delivered")
        expect(page.get_by_text("1 new message")).to_be_visible()
        assert page.locator("[data-message]").count() == 6


def test_everything_works_without_scripts(chromium: Browser, console: Running) -> None:
    with page_of(chromium, java_script_enabled=False) as page:
        sign_in(page, console.url)
        page.get_by_role("link", name="Joanna Reed (Jo)").click()
        page.get_by_role("button", name="Take over").click()
        expect(page.get_by_text("You are. The assistant is silent.")).to_be_visible()
        page.get_by_label("Your reply to Jo").fill("Hi Jo")
        page.get_by_role("button", name="Send reply").click()
        page.get_by_role("button", name="Back to the assistant").click()
        expect(page.get_by_text("The assistant answers again.")).to_be_visible()
        page.get_by_role("button", name="Acknowledge").click()
        expect(page.get_by_text("Acknowledged by Ann Ames")).to_be_visible()
        page.get_by_role("link", name="Close escalation").click()
        page.get_by_label("What was done?").fill("Talked to Jo.")
        page.get_by_role("button", name="Close the escalation").click()
        expect(page.get_by_text("1 open")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_text("You have signed out.")).to_be_visible()
        assert replies(console.engine) == ["Hi Jo"]


def tab_to(page: Page, selector: str, limit: int = 40) -> None:
    """Press Tab until what the selector names has the focus."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached by keyboard")
