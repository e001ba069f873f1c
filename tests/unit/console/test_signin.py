"""Signing in and out of the console, and what every answer carries."""

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from casework.clock import FixedClock
from casework.tables import AuditEvent
from console.app import build_console
from console.security import POLICY
from tests.casebook import NOW, PASSWORD
from tests.unit.console.conftest import TOKEN, Browser

Audited = Callable[[str], list[AuditEvent]]


def test_signing_in_opens_the_caseload(ann: Browser, audited: Audited) -> None:
    page = ann.get("/console/conversations")
    assert page.status_code == 200
    assert "Ann Ames" in page.text
    assert [event.actor for event in audited("signed_in")] == ["adviser:1"]


def test_the_console_itself_leads_to_the_caseload(ann: Browser) -> None:
    assert ann.get("/console").url.path == "/console/conversations"


@pytest.mark.parametrize(
    "path", ["/console/conversations", "/console/escalations", "/console/people/Y1", "/console/conversations/7"]
)
def test_nothing_is_shown_to_somebody_who_is_not_signed_in(open_browser: Callable[[], Browser], path: str) -> None:
    answer = open_browser().get(path, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/console/sign-in?next={path}"
    assert "Reed" not in answer.text


def test_after_signing_in_one_is_where_one_wanted_to_be(open_browser: Callable[[], Browser]) -> None:
    browser = open_browser()
    form = {"email": "ann@onward.example", "password": "a long enough password", "next": "/console/people/Y1?x=1"}
    answer = browser.submit("/console/sign-in", form, page="/console/sign-in")
    assert answer.headers["location"] == "/console/people/Y1?x=1"


@pytest.mark.parametrize("after", ["https://elsewhere.example/", "//elsewhere.example", "/other", "/console/\\x", "x"])
def test_signing_in_never_leads_elsewhere(open_browser: Callable[[], Browser], after: str) -> None:
    form = {"email": "ann@onward.example", "password": "a long enough password", "next": after}
    answer = open_browser().submit("/console/sign-in", form, page="/console/sign-in")
    assert answer.headers["location"] == "/console/conversations"


def test_a_wrong_password_is_a_422_that_does_not_say_which_was_wrong(open_browser: Callable[[], Browser]) -> None:
    known = open_browser().sign_in("ann", "wrong")
    unknown = open_browser().sign_in("nobody", "wrong")
    assert known.status_code == unknown.status_code == 422
    for answer in (known, unknown):
        assert "The email address or the password is not right" in answer.text
        assert "govuk-error-summary" in answer.text
        assert "onward_console=" not in str(answer.headers.get_list("set-cookie"))


def test_what_is_missing_is_asked_for(open_browser: Callable[[], Browser]) -> None:
    answer = open_browser().submit("/console/sign-in", {"email": " ", "password": ""}, page="/console/sign-in")
    assert answer.status_code == 422
    assert 'href="#email"' in answer.text
    assert 'href="#password"' in answer.text


def test_after_five_wrong_tries_one_waits(open_browser: Callable[[], Browser]) -> None:
    browser = open_browser()
    for _ in range(5):
        browser.sign_in("ann", "wrong")
    answer = browser.sign_in("ann")
    assert answer.status_code == 429
    assert "Wait 15 minutes" in answer.text
    assert answer.headers["retry-after"] == "900"


def test_a_sign_in_form_from_elsewhere_is_refused(open_browser: Callable[[], Browser]) -> None:
    form = {"email": "ann@onward.example", "password": "a long enough password"}
    bare = open_browser().post("/console/sign-in", data=form)
    assert bare.status_code == 403
    other = open_browser()
    token = TOKEN.findall(other.get("/console/sign-in").text)[0]
    mine = open_browser()
    mine.get("/console/sign-in")
    assert mine.post("/console/sign-in", data=form | {"csrf": token}).status_code == 403


def test_the_cookie_is_for_the_server_only_and_kept_from_other_sites(
    open_browser: Callable[[], Browser], engine: Engine, clock: FixedClock
) -> None:
    cookies = open_browser().sign_in("ann").headers.get_list("set-cookie")
    cookie = next(one for one in cookies if one.startswith("onward_console="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/console" in cookie
    assert "Secure" not in cookie
    secure = Browser(build_console(engine, clock, secret="s", cookie_secure=True), base_url="https://testserver")
    assert "Secure" in secure.get("/sign-in").headers["set-cookie"]


def test_signing_out_ends_the_session_on_the_server(ann: Browser) -> None:
    cookie = ann.cookies["onward_console"]
    assert ann.submit("/console/sign-out").headers["location"] == "/console/sign-in?done=signed-out"
    ann.cookies.set("onward_console", cookie, path="/console")
    assert ann.get("/console/conversations", follow_redirects=False).status_code == 303


def test_a_session_ends_when_nobody_is_there_though_the_page_asks_for_news(ann: Browser, clock: FixedClock) -> None:
    for _ in range(5):
        clock.advance(minutes=11)
        assert ann.get("/console/people/Y1/live").status_code == 200
    clock.advance(minutes=6)
    assert ann.get("/console/people/Y1/live").status_code == 401
    assert clock() == NOW + timedelta(minutes=61)


def test_every_answer_is_locked_down(ann: Browser) -> None:
    for path in ("/console/conversations", "/console/people/Y1", "/console/people/Y3", "/console/no-such-page"):
        headers = ann.get(path).headers
        assert headers["content-security-policy"] == POLICY
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
    assert "unsafe" not in POLICY


def test_pages_hold_nothing_inline_and_nothing_from_elsewhere(ann: Browser) -> None:
    for path in ("/console/conversations", "/console/people/Y1", "/console/escalations", "/console/sign-in"):
        text = ann.get(path).text
        assert "<style" not in text
        assert " style=" not in text
        assert "onclick" not in text
        assert text.count("<script") == text.count('<script src="/console/static/')
        assert "http://" not in text
        assert "https://" not in text


def test_static_files_may_be_kept_by_their_content(ann: Browser) -> None:
    page = ann.get("/console/conversations").text
    address = next(part for part in page.split('"') if part.startswith("/console/static/onward.css"))
    answer = ann.get(address)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert "url(" not in answer.text
    assert "GDS Transport" not in answer.text
    assert "#1d70b8" not in answer.text


def test_an_endless_form_is_refused(open_browser: Callable[[], Browser]) -> None:
    answer = open_browser().post("/console/sign-in", content=b"x" * 70_000)
    assert answer.status_code == 413
    answer = open_browser().post("/console/sign-in", content=b"&".join(b"a=1" for _ in range(200)))
    assert answer.status_code == 400


def test_a_page_that_breaks_says_so_plainly_and_logs_no_words(
    ann: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("i am joanna and my number is 07700900001")

    monkeypatch.setattr("console.people.timeline", broken)
    with caplog.at_level(logging.DEBUG):
        answer = ann.get("/console/people/Y1")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    assert "Traceback" not in answer.text
    assert "RuntimeError" in caplog.text
    assert "joanna" not in caplog.text
    assert "07700900001" not in caplog.text


NEW = "three quiet green kettles"


def test_a_password_is_changed_and_other_sessions_end(
    ann: Browser, open_browser: Callable[[], Browser], audited: Audited
) -> None:
    elsewhere = open_browser()
    elsewhere.sign_in("ann")
    assert 'href="/console/password"' in ann.get("/console/conversations").text
    form = {"current": PASSWORD, "new": NEW, "again": NEW}
    done = ann.submit("/console/password", form, page="/console/password")
    assert (done.status_code, done.headers["location"]) == (303, "/console/password?done=changed")
    assert "Your password is changed" in ann.get(done.headers["location"]).text
    assert elsewhere.get("/console/conversations", follow_redirects=False).status_code == 303
    assert open_browser().sign_in("ann").status_code == 422
    assert open_browser().sign_in("ann", NEW).status_code == 303
    assert [event.actor for event in audited("changed_password")] == ["adviser:1"]
    assert NEW not in str([event.detail for event in audited("changed_password")])


@pytest.mark.parametrize(
    ("form", "complaint"),
    [
        ({"current": "", "new": NEW, "again": NEW}, "Enter your current password"),
        ({"current": PASSWORD, "new": "", "again": ""}, "Enter your new password"),
        ({"current": PASSWORD, "new": NEW, "again": NEW + "x"}, "both times"),
        ({"current": "wrong", "new": NEW, "again": NEW}, "is not right"),
        ({"current": PASSWORD, "new": "too short", "again": "too short"}, "12 characters or longer"),
        ({"current": PASSWORD, "new": "x" * 513, "again": "x" * 513}, "512 characters or shorter"),
        ({"current": PASSWORD, "new": "aaaaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaaaa"}, "too easy"),
        ({"current": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "another one"),
        ({"current": PASSWORD, "new": "ann@onward.example1", "again": "ann@onward.example1"}, "name or email"),
    ],
)
def test_a_password_that_will_not_do_changes_nothing(
    ann: Browser, open_browser: Callable[[], Browser], form: dict[str, str], complaint: str
) -> None:
    answer = ann.submit("/console/password", form, page="/console/password")
    assert answer.status_code == 422
    assert complaint in answer.text
    assert not any(value and f'value="{value}"' in answer.text for value in form.values())
    assert open_browser().sign_in("ann").status_code == 303


def test_wrong_tries_at_the_current_password_are_counted(ann: Browser, open_browser: Callable[[], Browser]) -> None:
    form = {"current": "a guess", "new": NEW, "again": NEW}
    answers = [ann.submit("/console/password", form, page="/console/password").status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
    right = ann.submit("/console/password", form | {"current": PASSWORD}, page="/console/password")
    assert right.status_code == 429
    assert "Retry-After" in right.headers
    # signing in has the same count
    assert open_browser().sign_in("ann").status_code == 429
