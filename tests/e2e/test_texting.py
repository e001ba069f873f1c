"""Text it and it answers: real webhooks, real Rasa, real database, and the official client at a fake Twilio."""

import http.cookiejar
import json
import re
import time
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import text as sql

from casework.db import open_engine
from tests.fakes.twilio.webhooks import sign
from tests.system import TOKEN, System, fetch

pytestmark = pytest.mark.rasa

SAMPLE_NUMBER = "+447700900123"
PATIENCE = 60.0


def until(look: Callable[[], Any], what: str) -> Any:
    """Look again and again until there is something to see."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if seen := look():
            return seen
        time.sleep(0.03)
    raise AssertionError(f"waited {PATIENCE:.0f} seconds for {what}")


class Person:
    """A young person with a phone."""

    def __init__(self, running: System, number: str) -> None:
        self.running, self.number = running, number
        self._count = 0

    def heard(self) -> list[dict[str, Any]]:
        """Every text they have had."""
        return [one for one in self.running.texts_out() if one["to"] == self.number]

    def says(self, body: str, *, replies: int = 1, **more: Any) -> list[str]:
        """Text it and wait for the replies; answers their words."""
        before = len(self.heard())
        self._count += 1
        sid = f"SM{self.number[1:]}{self._count:020d}"
        assert self.running.text_in(self.number, body, sid, **more) == 200
        if replies:
            until(lambda: len(self.heard()) >= before + replies, f"an answer to message {self._count}")
        return [one["body"] for one in self.heard()[before:]]


def rows(running: System, query: str, **values: Any) -> list[Any]:
    """What the database holds."""
    engine = open_engine(running.environment["ONWARD_DATABASE_URL"])
    try:
        with engine.connect().execution_options(onward_read=True) as connection:
            return list(connection.execute(sql(query), values).mappings())
    finally:
        engine.dispose()


def test_a_course_question_is_answered_from_the_prospectus(running: System) -> None:
    ann = Person(running, "+447700900801")
    (answer,) = ann.says("any level 2 plumbing courses near margate?")
    assert re.search(r"\b1\b.*plumbing", answer, re.IGNORECASE | re.DOTALL), answer
    (details,) = ann.says("1")
    assert details != answer
    sent = ann.heard()[0]
    assert sent["status_callback"].startswith(running.url + "/channels/sms/status/")


def test_a_person_can_be_asked_for_and_is_named(running: System) -> None:
    ann = Person(running, SAMPLE_NUMBER)
    ann.says("can i talk to a real person pls")
    ann.says("its about college, i hate it")
    (escalation,) = until(
        lambda: rows(
            running,
            "SELECT e.*, a.name FROM escalation e JOIN conversation c ON c.id = e.conversation_id"
            " JOIN adviser a ON a.id = e.adviser_id WHERE c.address = :number AND e.kind = 'talk_to_person'",
            number=SAMPLE_NUMBER,
        ),
        "an escalation",
    )
    assert "hate" in escalation["words"]
    said = " ".join(one["body"] for one in ann.heard())
    assert escalation["name"].split()[0] in said


def test_a_disclosure_gets_help_and_reaches_a_person(running: System) -> None:
    bob = Person(running, "+447700900803")
    help_, told = bob.says("i want to die", replies=2)
    assert "116 123" in help_ or "0800 1111" in help_
    assert "999" in help_
    assert "not a person" in told
    (escalation,) = rows(running, "SELECT * FROM escalation WHERE kind = 'safeguarding' AND words = 'i want to die'")
    assert escalation["urgency"] == "urgent"


def test_stop_is_honoured_and_start_begins_again(running: System) -> None:
    cat = Person(running, "+447700900804")
    cat.says("hi")
    cat.says("STOP")
    until(
        lambda: rows(running, "SELECT 1 FROM consent_event WHERE address = :n AND event = 'stop'", n=cat.number),
        "the ledger",
    )
    heard = len(cat.heard())
    cat.says("any plumbing courses", replies=0)
    until(
        lambda: rows(
            running,
            "SELECT 1 FROM message m JOIN conversation c ON c.id = m.conversation_id"
            " WHERE c.address = :n AND m.outcome = 'stopped'",
            n=cat.number,
        ),
        "the message to be kept unanswered",
    )
    assert len(cat.heard()) == heard
    cat.says("START")
    until(
        lambda: rows(running, "SELECT 1 FROM consent_event WHERE address = :n AND event = 'start'", n=cat.number),
        "the ledger",
    )
    assert cat.says("any plumbing courses")


def test_delivery_reports_are_taken_signed_and_never_regress(running: System) -> None:
    dan = Person(running, "+447700900805")
    dan.says("hello")
    sent = dan.heard()[0]
    for status in ("delivered", "sent", "queued"):
        params = {"MessageSid": sent["sid"], "MessageStatus": status, "To": dan.number}
        url = sent["status_callback"]
        body, signature = urlencode(params).encode(), sign(url, params, TOKEN)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert fetch(url, body, form | {"X-Twilio-Signature": signature})[0] == 204
        assert fetch(url, body, form | {"X-Twilio-Signature": "AAAA"})[0] == 403
    (row,) = rows(running, "SELECT status FROM message WHERE provider_id = :sid", sid=sent["sid"])
    assert row["status"] == "delivered"


def test_an_adviser_reads_replies_and_gives_back(running: System) -> None:
    eve = Person(running, "+447700900806")
    eve.says("hello there")
    (conversation,) = rows(running, "SELECT id FROM conversation WHERE address = :n", n=eve.number)
    browser = Browser(running.url)
    email = rows(running, "SELECT email FROM adviser WHERE password_hash IS NOT NULL ORDER BY id LIMIT 1")[0]["email"]
    browser.submit("/console/sign-in", {"email": email, "password": "onward-sample"})
    path = f"/console/conversations/{conversation['id']}"
    page = browser.get(path)
    assert "hello there" in page
    before = len(eve.heard())
    browser.submit(path, {"text": "Hi, it's Sam here."}, action=r"/reply")
    until(lambda: len(eve.heard()) > before, "the adviser's text")
    assert eve.heard()[-1]["body"] == "Hi, it's Sam here."
    eve.says("thanks sam", replies=0)
    until(
        lambda: rows(running, "SELECT 1 FROM message WHERE text = 'thanks sam' AND outcome = 'handed_over'"),
        "the assistant to stay silent",
    )
    assert eve.heard()[-1]["body"] == "Hi, it's Sam here."
    browser.submit(path, {}, action=r"/give-back|/back")
    assert eve.says("any plumbing courses near margate")


class Browser:
    """Just enough of one: cookies, and forms with what is hidden in them."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def get(self, path: str) -> str:
        """A page."""
        with self._opener.open(self._url + path, timeout=20) as answer:
            page: str = answer.read().decode()
        return page

    def submit(self, path: str, values: dict[str, str], *, action: str = "") -> str:
        """Fill in the form on ``path`` whose action matches, and send it."""
        page = self.get(path)
        for form in re.findall(r"<form\b.*?</form>", page, re.DOTALL):
            target = re.search(r'action="([^"]*)"', form)
            where = target.group(1) if target else path
            if not re.search(action, where) or 'method="post"' not in form.lower():
                continue
            if any(f'name="{name}"' not in form for name in values):
                continue
            hidden = re.findall(r'<input[^>]*type="hidden"[^>]*>', form)
            fields = {_attribute(one, "name"): _attribute(one, "value") for one in hidden}
            request = urllib.request.Request(
                self._url + where, data=urlencode(fields | values).encode(), headers={"Origin": self._url}
            )
            with self._opener.open(request, timeout=20) as answer:
                result: str = answer.read().decode()
            return result
        raise AssertionError(f"no such form on {path}: {json.dumps(list(values))}")


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found.group(1) if found else ""
