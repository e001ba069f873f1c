"""Contacts in the console: seen by those who may, without codes; set, taken off and brought forward by forms."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from casework.db import reading, writing
from casework.followup.tasks import bring
from casework.tables import Adviser, AuditEvent, ConsentEvent, Escalation, FollowUp
from tests.casebook import ANN, BOB, JO, NOW
from tests.unit.console.conftest import NONCE, Browser

JOS = "/console/people/Y1/contacts"
WORDS = "Hi {name}, Ann from Onward here. Does Friday at 2 suit you?"
SOON = NOW + timedelta(days=3)


def put(engine: Engine, **values: Any) -> int:
    row = FollowUp(
        **{
            "young_person_id": JO,
            "plan": "new_neet",
            "occasion": "neet-2026-08-30",
            "due_at": SOON,
            "importance": 2,
            "why": "NEET since 30 August 2026",
            "asks": "neet_first",
            "made_at": NOW,
        }
        | values
    )
    with writing(engine) as session:
        session.add(row)
        session.flush()
        return row.id or 0


def rows(engine: Engine) -> list[FollowUp]:
    with reading(engine) as session:
        return list(session.exec(select(FollowUp).order_by(col(FollowUp.id))))


def test_coming_and_past_are_said_without_codes(
    ann: Browser, engine: Engine, audited: Callable[[str], list[AuditEvent]]
) -> None:
    put(engine, hold_reason="exam_day")
    ended: dict[str, Any] = {"status": "ended", "ended_at": NOW - timedelta(days=2)}
    put(engine, occasion="a", outcome="answered", reason="answered", answer="courses", answered_at=NOW, **ended)
    put(engine, occasion="b", outcome="skipped", reason="recently_in_touch", **ended)
    put(engine, occasion="c", outcome="failed", reason="code 30005", **ended)
    put(engine, occasion="d", kind="close", outcome="closed", reason="820", rules={"code": "820"}, **ended)
    page = ann.get(JOS).text
    assert "First contact with somebody who has just become NEET" in page
    assert "NEET since 30 August 2026" in page
    assert "It is a day of exams for their school year" in page
    assert "Courses I could start soon" in page
    assert "they had been in touch with us shortly before" in page
    assert "This number is not in use (code 30005)".lower() in page.lower()
    assert "ecorded as 820:" in page
    for code in ("recently_in_touch", "exam_day", "new_neet", "neet_first", "skipped<"):
        assert code not in page
    (seen,) = audited("viewed_contacts")
    assert (seen.young_person_id, seen.detail["contacts"]) == (JO, 5)


def test_the_next_one_comes_first_and_the_last_past_one_first(ann: Browser, engine: Engine) -> None:
    for occasion, days in (("later", 9), ("sooner", 1)):
        put(engine, occasion=occasion, due_at=NOW + timedelta(days=days), why=f"due {occasion}")
    for occasion, days in (("older", 9), ("newer", 1)):
        put(
            engine, occasion=occasion, status="ended", outcome="sent", reason="delivered", asks=None,
            ended_at=NOW - timedelta(days=days), plan=f"campaign:{occasion}", answer=occasion,
        )  # fmt: skip
    page = ann.get(JOS).text
    assert page.index("due sooner") < page.index("due later") < page.index("Newer") < page.index("Older")


def test_nobody_elses_young_person(bob: Browser, engine: Engine, audited: Callable[[str], list[AuditEvent]]) -> None:
    number = put(engine)
    for path in (JOS, f"{JOS}/{number}"):
        answer = bob.get(path)
        assert answer.status_code == 404
        assert "NEET since" not in answer.text
    for action in ("take-off", "now", "cancel"):
        assert bob.submit(f"{JOS}/{number}/{action}", {"note": "x"}).status_code == 404
    assert bob.submit(f"{JOS}/remind", form(bob, None)).status_code == 404
    # a contact of Jo's under the address of somebody Bob may see
    assert bob.get(f"/console/people/Y3/contacts/{number}").status_code == 404
    assert bob.submit(f"/console/people/Y3/contacts/{number}/take-off", {"note": "x"}).status_code == 404
    assert [row.status for row in rows(engine)] == ["planned"]
    assert audited("refused")


def form(browser: Browser, page: str | None = JOS, **more: str) -> dict[str, str]:
    nonce = NONCE.findall(browser.get(page).text)[0] if page else "n" * 20
    day = SOON.date()
    return {"nonce": nonce, "day": day.isoformat(), "hour": "15", "note": "ring the college", "words": WORDS} | more


def test_a_reminder_is_set_once(ann: Browser, engine: Engine, audited: Callable[[str], list[AuditEvent]]) -> None:
    sent = form(ann)
    for _ in range(2):
        answer = ann.submit(f"{JOS}/remind", sent)
        assert answer.headers["location"] == f"{JOS}?done=reminder"
    (row,) = rows(engine)
    assert (row.kind, row.plan, row.words, row.by_adviser_id) == ("remind", "reminder", "ring the college", ANN)
    # three in the afternoon in London in summer
    assert row.due_at.isoformat() == "2026-09-04T14:00:00+00:00"
    page = ann.get(JOS).text
    assert "Reminder for Ann Ames" in page
    assert "Set by an adviser" in page
    assert len(audited("set_reminder")) == 1


def test_a_text_is_planned_and_taken_back(ann: Browser, engine: Engine) -> None:
    assert ann.submit(f"{JOS}/text", form(ann)).headers["location"] == f"{JOS}?done=text"
    (row,) = rows(engine)
    assert (row.kind, row.words, row.importance, row.late_rule) == ("text", WORDS, 3, "next_window")
    page = ann.get(f"{JOS}/{row.id}").text
    assert "Does Friday at 2 suit you?" in page
    assert ann.submit(f"{JOS}/{row.id}/cancel").headers["location"] == f"{JOS}?done=cancelled"
    (row,) = rows(engine)
    assert (row.outcome, row.reason) == ("skipped", "cancelled")
    assert "the adviser who had set it took it back" in ann.get(JOS).text


@pytest.mark.parametrize(
    ("path", "wrong", "said", "where"),
    [
        ("remind", {"note": " "}, "Write what you want to be reminded of", "remind-note"),
        ("remind", {"day": "2026-08-31"}, "still to come", "remind-day"),
        ("remind", {"day": "soon"}, "Give the day", "remind-day"),
        ("remind", {"hour": "3"}, "Choose the hour", "remind-day"),
        ("text", {"words": "Hi {name}, all well?"}, "Say that it is from Onward", "text-words"),
        ("text", {"words": "Onward here {nmae}"}, "Only {name} is filled in", "text-words"),
        ("text", {"nonce": "x"}, "This form has expired", "text-day"),
    ],
)
def test_a_form_that_will_not_do_comes_back_as_it_was(
    ann: Browser, engine: Engine, path: str, wrong: dict[str, str], said: str, where: str
) -> None:
    sent = form(ann) | wrong
    answer = ann.submit(f"{JOS}/{path}", sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'href="#{where}"' in answer.text
    assert f'id="{where}"' in answer.text
    kept = sent["note"] if path == "remind" else sent["words"]
    assert kept.strip() in answer.text
    assert rows(engine) == []


def test_the_day_may_be_written_as_people_write_it(ann: Browser, engine: Engine) -> None:
    assert ann.submit(f"{JOS}/remind", form(ann, day="4/9/2026")).status_code == 303
    assert rows(engine)[0].due_at.date() == SOON.date()


def test_after_stop_it_is_said_before_a_text_is_written(ann: Browser, engine: Engine) -> None:
    assert "asked for no more messages" not in ann.get(JOS).text
    with writing(engine) as session:
        session.add(
            ConsentEvent(
                channel="sms", address="+447700900001", young_person_id=JO, event="stop", source="message",
                recorded_at=NOW,
            )
        )  # fmt: skip
    assert "asked for no more messages" in ann.get(JOS).text


def test_what_a_text_costs_has_the_name_in_it(ann: Browser) -> None:
    found = ann.submit(f"{JOS}/measure", {"text": "Hi {name}"}).json()
    assert found["cost"].startswith("1 text: 5 characters")


def test_a_contact_is_taken_off_with_a_reason(ann: Browser, engine: Engine) -> None:
    number = put(engine)
    answer = ann.submit(f"{JOS}/{number}/take-off", {"note": " "})
    assert answer.status_code == 422
    assert "Write why it is not needed" in answer.text
    answer = ann.submit(f"{JOS}/{number}/take-off", {"note": "She <rang> me"})
    assert answer.headers["location"] == f"{JOS}?done=off"
    (row,) = rows(engine)
    assert (row.outcome, row.reason) == ("skipped", "adviser_skipped")
    page = ann.get(JOS).text
    assert "Ann Ames: She &lt;rang&gt; me" in page
    # somebody who comes too late is told so
    went = put(engine, occasion="b", status="ended", outcome="sent", reason="delivered", ended_at=NOW)
    answer = ann.submit(f"{JOS}/{went}/take-off", {"note": "no"})
    assert answer.status_code == 422
    assert "It has gone already, or is over" in answer.text


def test_a_contact_is_brought_forward(ann: Browser, engine: Engine) -> None:
    number = put(engine, late_at=NOW)
    assert ann.submit(f"{JOS}/{number}/now").headers["location"] == f"{JOS}?done=now"
    (row,) = rows(engine)
    assert (row.due_at, row.by_adviser_id) == (NOW, ANN)
    assert "Brought forward by Ann Ames" in ann.get(JOS).text
    with writing(engine) as session:
        session.get_one(FollowUp, number).status = "ended"
    assert ann.submit(f"{JOS}/{number}/now").status_code == 409


def test_only_ones_own_is_taken_back(ann: Browser, engine: Engine) -> None:
    number = put(engine, plan="reminder", kind="remind", words="theirs", by_adviser_id=BOB)
    assert ann.submit(f"{JOS}/{number}/cancel").status_code == 404
    assert "Take it back" not in ann.get(f"{JOS}/{number}").text
    assert rows(engine)[0].status == "planned"


def test_the_transcript_leads_there(ann: Browser) -> None:
    assert JOS in ann.get("/console/people/Y1").text


def test_tasks_and_reminders_say_why_and_where(ann: Browser, engine: Engine) -> None:
    call = put(engine, kind="call", rules={"urgency": "urgent"})
    note = put(engine, plan="reminder", kind="remind", words="ring the <college>", by_adviser_id=ANN)
    with writing(engine) as session:
        adviser = session.get_one(Adviser, ANN)
        bring(session, session.get_one(FollowUp, call), adviser, NOW, "call")
        bring(session, session.get_one(FollowUp, note), adviser, NOW, "remind")
    for path in ("/console/escalations", "/console/people/Y1"):
        page = ann.get(path).text
        assert "Time to get in touch" in page
        assert "A reminder that you set" in page
        assert "NEET since 30 August 2026" in page
        assert "ring the &lt;college&gt;" in page
        assert JOS in page
    page = ann.get("/console/escalations").text
    assert "Your note: " in page
    assert "Their words: " not in page


def test_managers_see_the_weeks_and_nobody_else(ann: Browser, bob: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        session.get_one(Adviser, ANN).roles = ["manager"]
        session.add(
            Escalation(
                young_person_id=JO, adviser_id=BOB, kind="follow_up", urgency="soon", reason="r", opened_at=NOW,
                detail={"follow_up": 1},
            )
        )  # fmt: skip
    for number in range(3):
        put(engine, occasion=str(number))
    put(engine, occasion="old", due_at=NOW - timedelta(days=2), hold_reason="hand_over")
    put(engine, occasion="far", due_at=NOW + timedelta(days=90))
    page = ann.get("/console/follow-up").text
    assert "<title>4 September 2026: 3 planned</title>" in page
    assert "1 of them from before" in page
    assert "An adviser has the conversation" in page
    assert "Bob Bell" in page
    # the same number in the table
    row = next(part for part in page.split("<tr ") if "Friday 4 September 2026" in part)
    assert ">3</td>" in row
    # nothing inline: the policy allows no styles
    assert " style=" not in page
    assert bob.get("/console/follow-up").status_code == 403


def test_what_a_contact_would_say_and_what_it_said(ann: Browser, engine: Engine) -> None:
    number = put(engine)
    page = ann.get(f"{JOS}/{number}").text
    assert "What it would say, as things stand" in page
    assert "Hi Jo, it&#39;s Onward." in page
    assert "1. Courses I could start soon" in page
    went = put(engine, occasion="b", status="ended", outcome="sent", reason="delivered", ended_at=NOW, message_id=2)
    page = ann.get(f"{JOS}/{went}").text
    assert "What it says" in page
    assert "Hi Jo. What would help?" in page
    # a question that is in the file no more
    gone = put(engine, occasion="c", asks="no_such_question")
    assert "What it would say" not in ann.get(f"{JOS}/{gone}").text
