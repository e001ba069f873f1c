"""What an adviser may see and do: lists, transcripts, hand-over, replies and escalations."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from casework.clock import FixedClock
from casework.db import reading, writing
from casework.tables import AuditEvent, ConsentEvent, Conversation, Escalation, Message
from tests.casebook import JO, JO_SMS, JO_WEB, KIT_SMS, LEE, LEE_SMS, MIA_SMS, NOW, STRANGER, answered, escalated, said
from tests.unit.console.conftest import NONCE, Browser

Audited = Callable[[str], list[AuditEvent]]
JO_PAGE = "/console/people/Y1"


def replies(engine: Engine) -> list[Message]:
    with reading(engine) as session:
        return list(session.exec(select(Message).where(Message.author == "adviser").order_by(col(Message.id))).all())


def mode(engine: Engine, conversation_id: int) -> tuple[str, int | None]:
    with reading(engine) as session:
        found = session.get(Conversation, conversation_id)
        assert found is not None
        return found.mode, found.handed_to_id


def form_of(browser: Browser, page: str, text: str, conversation_id: int = JO_SMS) -> dict[str, str]:
    nonce = NONCE.findall(browser.get(page).text)[0]
    return {"text": text, "nonce": nonce, "conversation": str(conversation_id)}


def test_the_list_shows_names_last_messages_and_who_waits(ann: Browser, engine: Engine, audited: Audited) -> None:
    with writing(engine) as session:
        escalated(session, JO_SMS, NOW - timedelta(hours=3), urgency="urgent")
    text = ann.get("/console/conversations").text
    assert "Joanna Reed (Jo)" in text
    assert "I could not find plumbing near Margate." in text
    assert "3 hours" in text
    assert "Lee Stone" not in text
    assert "Kit Marsh" in text
    assert "Kit Marsh" not in ann.get("/console/conversations?show=mine&only=waiting").text
    assert "Joanna Reed" in ann.get("/console/conversations?show=mine&only=escalated").text
    assert "Web chat visitor" in ann.get("/console/conversations?show=duty").text
    assert len(audited("viewed_caseload")) == 4


def test_covered_caseloads_have_their_own_list(bob: Browser, clock: FixedClock) -> None:
    text = bob.get("/console/conversations?show=covering").text
    assert "Mia Brook" in text
    assert "Cat Cole" in text
    clock.now += timedelta(days=1)
    bob.sign_in("bob")
    assert "Mia Brook" not in bob.get("/console/conversations?show=covering").text


def test_a_long_list_has_pages(ann: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        for number in range(100, 160):
            session.add(
                Conversation(id=number, channel="web", address=f"w{number}", created_at=NOW, last_inbound_at=NOW)
            )
    first = ann.get("/console/conversations?show=duty").text
    second = ann.get("/console/conversations?show=duty&page=2").text
    assert first.count("<tr") == 51
    assert second.count("<tr") == 13
    assert "page=2" in first
    assert ann.get("/console/conversations?show=duty&page=99").text.count("<tr") == 13


@pytest.mark.parametrize("query", ["show=everyone", "only=secrets", "page=x", "page=-1", "page=9999999"])
def test_a_list_that_does_not_exist_is_not_found(ann: Browser, query: str) -> None:
    assert ann.get(f"/console/conversations?{query}").status_code == 404


def test_the_transcript_shows_both_channels_with_what_was_understood_and_done(ann: Browser, audited: Audited) -> None:
    text = ann.get(JO_PAGE).text
    for words in (
        "any plumbing courses near margate",
        "Hi Jo. What would help?",
        "Find courses",
        "93% sure",
        "Subject: construction",
        "Noted that nothing was found for: plumbing, margate",
        "Delivered",
        "Read",
        "07700 900 001",
        "Harbour School, Year 12",
        "16 years old",
    ):
        assert words in text
    event = audited("viewed_transcript")[-1]
    assert (event.actor, event.young_person_id) == ("adviser:1", JO)
    assert set(event.detail) == {"first", "last"}


@pytest.mark.parametrize(
    "path",
    ["/console/people/Y3", f"/console/conversations/{LEE_SMS}", "/console/people/Y3/live", "/console/people/Y4"],
)
def test_another_caseload_is_not_found_and_the_look_is_audited(ann: Browser, audited: Audited, path: str) -> None:
    answer = ann.get(path)
    assert answer.status_code == 404
    assert "Stone" not in answer.text
    assert "apprenticeship" not in answer.text
    events = audited("refused")
    assert len(events) == 1
    assert events[0].actor == "adviser:1"
    assert events[0].young_person_id in (LEE, 4)
    assert audited("viewed_transcript") == []


@pytest.mark.parametrize("path", ["/console/people/Y999", "/console/people/Y%201", "/console/conversations/999"])
def test_who_does_not_exist_looks_the_same(ann: Browser, path: str) -> None:
    assert ann.get(path).status_code == 404


@pytest.mark.parametrize("action", ["reply", "take-over", "give-back"])
def test_nothing_can_be_done_in_another_caseload(ann: Browser, engine: Engine, audited: Audited, action: str) -> None:
    form = {"text": "hi", "nonce": "n" * 20, "conversation": str(LEE_SMS)}
    assert ann.submit(f"/console/people/Y3/{action}", form).status_code == 404
    assert mode(engine, LEE_SMS) == ("assistant", None)
    assert replies(engine) == []
    assert len(audited("refused")) == 1


def test_a_reply_cannot_be_slipped_into_another_conversation(ann: Browser, engine: Engine) -> None:
    answer = ann.submit(f"{JO_PAGE}/reply", form_of(ann, JO_PAGE, "hi", LEE_SMS))
    assert answer.status_code == 422
    assert replies(engine) == []


def test_a_linked_conversation_leads_to_the_young_person(ann: Browser) -> None:
    answer = ann.get(f"/console/conversations/{JO_WEB}", follow_redirects=False)
    assert answer.headers["location"] == JO_PAGE


def test_a_cover_sees_the_transcript_today_and_not_tomorrow(bob: Browser, clock: FixedClock) -> None:
    assert bob.get("/console/people/Y4").status_code == 200
    assert bob.get(f"/console/conversations/{MIA_SMS}").status_code == 200
    clock.now += timedelta(days=1)
    bob.sign_in("bob")
    assert bob.get("/console/people/Y4").status_code == 404


def test_a_reply_goes_into_the_outbox_once_however_often_the_form_is_sent(
    ann: Browser, engine: Engine, audited: Audited, rung: list[str]
) -> None:
    form = form_of(ann, JO_PAGE, "Hi Jo, it's Ann.")
    for _ in range(2):
        answer = ann.submit(f"{JO_PAGE}/reply", form)
        assert answer.status_code == 303
        assert answer.headers["location"] == f"{JO_PAGE}?done=replied#latest"
    (message,) = replies(engine)
    assert (message.text, message.status, message.conversation_id) == ("Hi Jo, it's Ann.", "queued", JO_SMS)
    assert mode(engine, JO_SMS) == mode(engine, JO_WEB) == ("adviser", 1)
    assert len(audited("replied")) == 1
    assert rung
    page = ann.get(f"{JO_PAGE}?done=replied").text
    assert "Your reply is on its way" in page
    assert "Back to the assistant" in page


@pytest.mark.parametrize(
    ("text", "why"), [("", "Write a reply before you send it"), ("x" * 1601, "1,600 characters or fewer")]
)
def test_a_reply_that_cannot_go_comes_back_with_why(ann: Browser, engine: Engine, text: str, why: str) -> None:
    answer = ann.submit(f"{JO_PAGE}/reply", form_of(ann, JO_PAGE, text))
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert 'href="#text"' in answer.text
    assert why in answer.text
    assert text in answer.text
    assert replies(engine) == []
    assert mode(engine, JO_SMS) == ("assistant", None)


def test_nobody_is_answered_after_stop(ann: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        session.add(
            ConsentEvent(
                channel="sms", address="x", young_person_id=JO, event="stop", source="message", recorded_at=NOW
            )
        )
    assert "They have asked for no more messages" in ann.get(JO_PAGE).text
    answer = ann.submit(f"{JO_PAGE}/reply", form_of(ann, JO_PAGE, "hello"))
    assert answer.status_code == 422
    assert "Ring them" in answer.text
    assert replies(engine) == []


@pytest.mark.parametrize("form", [{"csrf": "wrong"}, {"csrf": ""}, {"csrf": "ä"}])
@pytest.mark.parametrize(
    "path",
    [
        f"{JO_PAGE}/reply",
        f"{JO_PAGE}/take-over",
        "/console/escalations/1/close",
        "/console/sign-out",
        "/console/measure",
    ],
)
def test_a_form_that_is_not_ours_is_refused(ann: Browser, engine: Engine, path: str, form: dict[str, str]) -> None:
    with writing(engine) as session:
        escalated(session, JO_SMS, NOW)
    answer = ann.post(path, data=form | {"text": "hi", "conversation": "1", "nonce": "n" * 20, "note": "x"})
    assert answer.status_code == 403
    assert "This form has expired" in answer.text
    assert replies(engine) == []
    assert mode(engine, JO_SMS) == ("assistant", None)
    assert ann.get("/console/escalations").status_code == 200


def test_another_advisers_token_is_not_ours(ann: Browser, bob: Browser, engine: Engine) -> None:
    token = re.findall(r'name="csrf" value="([^"]+)"', bob.get("/console/escalations").text)[0]
    assert ann.post(f"{JO_PAGE}/take-over", data={"csrf": token}).status_code == 403
    cross = ann.post(f"{JO_PAGE}/take-over", data={}, headers={"sec-fetch-site": "cross-site"})
    assert cross.status_code == 403
    assert mode(engine, JO_SMS) == ("assistant", None)


def test_taking_over_and_giving_back(ann: Browser, engine: Engine, audited: Audited) -> None:
    assert ann.submit(f"{JO_PAGE}/take-over").status_code == 303
    assert mode(engine, JO_SMS) == ("adviser", 1)
    assert "You are. The assistant is silent." in ann.get(JO_PAGE).text
    assert ann.submit(f"{JO_PAGE}/give-back").headers["location"] == f"{JO_PAGE}?done=given#latest"
    assert mode(engine, JO_SMS) == ("assistant", None)
    assert [len(audited(action)) for action in ("took_over", "gave_back")] == [1, 1]


def test_a_conversation_that_another_adviser_has_is_clearly_refused(ann: Browser, bob: Browser, engine: Engine) -> None:
    page = f"/console/conversations/{STRANGER}"
    form = form_of(bob, page, "hello", STRANGER)
    assert ann.submit(f"{page}/take-over").status_code == 303
    for action in ("take-over", "give-back"):
        answer = bob.submit(f"{page}/{action}")
        assert answer.status_code == 409
        assert "Ann Ames has this conversation" in answer.text
    answer = bob.submit(f"{page}/reply", form)
    assert answer.status_code == 409
    assert "Ann Ames has this conversation" in answer.text
    assert replies(engine) == []
    assert mode(engine, STRANGER) == ("adviser", 1)


def test_escalations_are_acknowledged_and_closed_with_a_note(ann: Browser, engine: Engine, audited: Audited) -> None:
    with writing(engine) as session:
        number = escalated(session, JO_SMS, NOW - timedelta(minutes=5), adviser_id=1).id
        escalated(session, LEE_SMS, NOW)
    text = ann.get("/console/escalations").text
    assert "1 open" in text
    assert "can i talk to someone" in text
    assert "Lee Stone" not in text
    page = f"/console/escalations/{number}"
    assert ann.submit(f"{page}/acknowledge").status_code == 303
    assert "Acknowledged by Ann Ames" in ann.get("/console/escalations").text
    answer = ann.submit(f"{page}/close", {"note": "  "})
    assert answer.status_code == 422
    assert "Write what was done before you close it" in answer.text
    assert ann.submit(f"{page}/close", {"note": "Rang Jo. All well."}).status_code == 303
    assert "0 open" in ann.get("/console/escalations").text
    closed = ann.get(page).text
    assert "Rang Jo. All well." in closed
    assert "By Ann Ames" in closed
    assert "What was done?" not in closed
    with reading(engine) as session:
        kept = session.get(Escalation, number)
        assert kept is not None
        assert kept.closed_by_id == 1
    assert [len(audited(action)) for action in ("acknowledged_escalation", "closed_escalation")] == [1, 1]


def test_another_advisers_escalation_cannot_be_seen_or_closed(ann: Browser, engine: Engine, audited: Audited) -> None:
    with writing(engine) as session:
        number = escalated(session, LEE_SMS, NOW).id
    page = f"/console/escalations/{number}"
    assert ann.get(page).status_code == 404
    assert ann.submit(f"{page}/acknowledge").status_code == 404
    assert ann.submit(f"{page}/close", {"note": "done"}).status_code == 404
    with reading(engine) as session:
        kept = session.get(Escalation, number)
        assert kept is not None
        assert kept.closed_at is None
    assert len(audited("refused")) == 3


def test_acknowledging_on_the_transcript_stays_there(ann: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        number = escalated(session, JO_SMS, NOW).id
    answer = ann.submit(f"/console/escalations/{number}/acknowledge", {"from": "transcript"})
    assert answer.headers["location"] == f"{JO_PAGE}?done=acknowledged"


def test_news_holds_what_came_and_what_changed(ann: Browser, engine: Engine, audited: Audited) -> None:
    with writing(engine) as session:
        sent = answered(session, JO_SMS, "on its way", NOW, status="sent", status_rank=40)
        other = answered(session, KIT_SMS, "not for this page", NOW, status="sent", status_rank=40)
        new = said(session, JO_SMS, "brand new words", NOW)
    before = len(audited("viewed_transcript"))
    news = ann.get(f"{JO_PAGE}/live?after={sent.id}&watch={sent.id},{other.id},x").text
    assert "brand new words" in news
    assert f'data-message="{sent.id}"' in news
    assert "not for this page" not in news
    assert len(audited("viewed_transcript")) == before + 1
    ann.get(f"{JO_PAGE}/live?after={new.id}")
    assert len(audited("viewed_transcript")) == before + 1


def test_older_messages_have_their_own_page(ann: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        for number in range(120):
            said(session, JO_SMS, f"message number {number}.", NOW)
    latest = ann.get(JO_PAGE).text
    assert "message number 119." in latest
    assert "message number 5." not in latest
    address = re.findall(r"/console/people/Y1\?before=\d+", latest)[0]
    older = ann.get(address).text
    assert "message number 5." in older
    assert "Send reply" not in older


def test_what_they_write_is_shown_and_never_run(ann: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        said(session, JO_SMS, "<script>alert(1)</script>", NOW)
        escalated(session, JO_SMS, NOW, words="<img src=x onerror=alert(1)>", reason="<b>x</b>")
    for path in (JO_PAGE, "/console/conversations", "/console/escalations", f"{JO_PAGE}/live"):
        text = ann.get(path).text
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "<b>x" not in text


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("", "One text holds 160"),
        ("hi", "1 text: 2 characters, standard letters"),
        ("x" * 161, "2 texts: 161 characters"),
        ("it’s", "1 text: 4 characters, standard letters"),
        ("🙂", "1 text: 2 characters, an emoji or special letter"),
    ],
)
def test_the_cost_of_a_text_is_told_while_it_is_written(ann: Browser, text: str, cost: str) -> None:
    assert cost in ann.submit("/console/measure", {"text": text}).json()["cost"]


def test_addresses_hold_no_names_and_no_numbers(ann: Browser) -> None:
    pages = ann.get("/console/conversations").text + ann.get(JO_PAGE).text
    addresses = re.findall(r'(?:href|action|data-live)="([^"]+)"', pages)
    assert addresses
    ours = [one for one in addresses if "/static/" not in one]
    assert not [one for one in ours if re.search(r"Reed|Jo|\d{6,}", one, re.IGNORECASE)]
