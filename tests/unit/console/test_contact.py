"""Numbers and chats, finding somebody, and writing to them first."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from casework.db import reading, writing
from casework.identity.addresses import note
from casework.tables import (
    AddressNote,
    Adviser,
    AuditEvent,
    ConsentEvent,
    Conversation,
    Escalation,
    Message,
    YoungPerson,
)
from tests.casebook import ANN, JO, JO_SMS, KIT, KIT_SMS, LEE, NOW, STRANGER, escalated
from tests.unit.console.conftest import NONCE, Browser

Audited = Callable[[str], list[AuditEvent]]
JO_CONTACT = "/console/people/Y1/contact"
LINK = f"/console/conversations/{STRANGER}/link"


def person(engine: Engine, number: int) -> YoungPerson:
    with reading(engine) as session:
        return session.get_one(YoungPerson, number)


def conversation(engine: Engine, number: int) -> Conversation:
    with reading(engine) as session:
        return session.get_one(Conversation, number)


def newcomer(engine: Engine, **fields: object) -> None:
    """Ann's Sian, who has never written."""
    told = {"id": 50, "ref": "Y50", "first_name": "Siân", "last_name": "O’Shea", "adviser_id": 1,
            "phone": "+447700900050", "created_at": NOW}  # fmt: skip
    with writing(engine) as session:
        session.add(YoungPerson(**told | fields))


# linking


def test_a_chat_is_linked_after_it_was_looked_over(ann: Browser, engine: Engine, audited: Audited) -> None:
    with writing(engine) as session:
        asked = escalated(session, STRANGER, NOW, kind="identity_check", words="im jo reed from harbour school")
        number = asked.id
    assert f'href="{LINK}"' in ann.get(f"/console/conversations/{STRANGER}").text
    assert f'href="{LINK}"' in ann.get(f"/console/escalations/{number}").text
    assert "im jo reed from harbour school" in ann.get(LINK).text
    found = ann.submit(LINK, {"q": "jo"}, page=LINK)
    assert 'value="Y1"' in found.text
    looked = ann.submit(LINK, {"step": "choose", "q": "jo", "person": "Y1"}, page=LINK)
    assert "Is this Joanna Reed (Jo)?" in looked.text
    assert f"Escalation {number}" in looked.text
    assert conversation(engine, STRANGER).young_person_id is None
    done = ann.submit(LINK, {"person": "Y1", "confirm": "yes"}, page=LINK)
    assert done.headers["location"] == f"{JO_CONTACT}?done=link"
    assert conversation(engine, STRANGER).young_person_id == JO
    with reading(engine) as session:
        assert session.get_one(Escalation, number).closing_note == "Linked to Y1."
    assert [(row.young_person_id, row.conversation_id) for row in audited("linked")] == [(JO, STRANGER)]
    assert "The conversation is in their record now." in ann.get(done.headers["location"]).text


@pytest.mark.parametrize("form", [{"person": "Y3"}, {"person": "Y99"}, {"person": "../x"}, {"person": ""}])
@pytest.mark.parametrize("confirm", [{}, {"confirm": "yes"}])
def test_nobody_is_linked_whom_the_adviser_may_not_see(
    ann: Browser, engine: Engine, form: dict[str, str], confirm: dict[str, str]
) -> None:
    answer = ann.submit(LINK, form | confirm, page=LINK)
    assert answer.status_code == 409
    assert "whom you may see" in answer.text
    assert "Lee" not in answer.text
    assert conversation(engine, STRANGER).young_person_id is None


def test_choosing_nobody_and_looking_for_nothing_are_said(ann: Browser) -> None:
    assert "Choose whose it is" in ann.submit(LINK, {"step": "choose", "q": "jo"}, page=LINK).text
    assert ann.submit(LINK, {"q": " "}, page=LINK).status_code == 422


def test_what_is_in_a_record_is_not_linked_again(ann: Browser, engine: Engine) -> None:
    page = f"/console/conversations/{JO_SMS}/link"
    assert ann.get(page, follow_redirects=False).headers["location"] == JO_CONTACT
    answer = ann.submit(page, {"person": "Y2", "confirm": "yes"})
    assert answer.status_code in (303, 409)
    assert conversation(engine, JO_SMS).young_person_id == JO


# the number


@pytest.mark.parametrize("old", ["gone", "theirs"])
def test_a_number_is_changed_after_it_was_looked_over(ann: Browser, engine: Engine, audited: Audited, old: str) -> None:
    with writing(engine) as session:
        number = escalated(session, JO_SMS, NOW, kind="new_number", words="my new number is 07700 900 777").id
    assert f'href="{JO_CONTACT}"' in ann.get(f"/console/escalations/{number}").text
    assert "my new number is 07700 900 777" in ann.get(JO_CONTACT).text
    form = {"act": "change", "number": "07700 900777", "old": old}
    looked = ann.submit(JO_CONTACT, form, page=JO_CONTACT)
    assert looked.status_code == 200
    assert "07700 900 777" in looked.text
    assert person(engine, JO).phone == "+447700900001"
    done = ann.submit(JO_CONTACT, form | {"confirm": "yes"}, page=JO_CONTACT)
    assert (done.status_code, done.headers["location"]) == (303, f"{JO_CONTACT}?done=change")
    assert person(engine, JO).phone == "+447700900777"
    assert conversation(engine, JO_SMS).young_person_id == (JO if old == "theirs" else None)
    with reading(engine) as session:
        assert session.get_one(Escalation, number).closed_by_id == 1
    assert [row.detail for row in audited("number_changed")] == [{"old": old}]


@pytest.mark.parametrize(
    ("number", "old", "complaint"),
    [
        ("", "gone", "Enter their new number"),
        ("=1+1", "gone", "Enter a phone number"),
        ("1" * 500, "gone", "Enter a phone number"),
        ("01843 123456", "gone", "landline"),
        ("07700 900001", "gone", "already"),
        ("07700 900003", "gone", "somebody else"),
        ("07700 900777", "", "still have the old number"),
    ],
)
def test_a_number_that_will_not_do(ann: Browser, engine: Engine, number: str, old: str, complaint: str) -> None:
    form = {"act": "change", "number": number, "old": old, "confirm": "yes"}
    answer = ann.submit(JO_CONTACT, form, page=JO_CONTACT)
    assert answer.status_code == 422
    assert complaint in answer.text
    assert "Lee" not in answer.text
    assert person(engine, JO).phone == "+447700900001"


def test_wrong_and_right_again(ann: Browser, engine: Engine, audited: Audited) -> None:
    for act, said in (("wrong", "Nobody writes to that number"), ("right", "The number is theirs again")):
        looked = ann.submit(JO_CONTACT, {"act": act}, page=JO_CONTACT)
        assert looked.status_code == 200
        done = ann.submit(JO_CONTACT, {"act": act, "confirm": "yes"}, page=JO_CONTACT)
        assert said in ann.get(done.headers["location"]).text
        # a form that comes twice does it once
        again = ann.submit(JO_CONTACT, {"act": act, "confirm": "yes"}, page=JO_CONTACT)
        assert again.status_code == 422
    with reading(engine) as session:
        notes = session.exec(select(AddressNote)).all()
    assert [(row.kind, row.by) for row in notes] == [("wrong_number", "A1"), ("right", "A1")]
    assert conversation(engine, JO_SMS).young_person_id == JO
    assert len(audited("number_wrong")) == len(audited("number_right")) == 1


def test_what_was_said_of_a_wrong_number_stays_with_their_adviser(ann: Browser, bob: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        number = escalated(session, JO_SMS, NOW, kind="wrong_number", words="wrong number mate").id
        note(session, session.get_one(Conversation, JO_SMS), "wrong_number", by="young_person", now=NOW)
    assert f"/console/escalations/{number}" in ann.get("/console/people/Y1").text
    assert "wrong number mate" in ann.get(f"/console/escalations/{number}").text
    assert f'href="{JO_CONTACT}"' in ann.get(f"/console/escalations/{number}").text
    # the number is in the duty queue now, for all; what was said of Jo is not
    duty = bob.get("/console/conversations?show=duty").text
    assert "Unknown number" in duty
    assert "1 escalation" not in duty
    assert bob.get(f"/console/escalations/{number}").status_code == 404
    assert "1 escalation" in ann.get("/console/conversations?show=duty").text


def test_a_conversation_is_taken_out(ann: Browser, engine: Engine) -> None:
    form = {"act": "unlink", "conversation": str(JO_SMS)}
    assert "The number is taken off their record" in ann.submit(JO_CONTACT, form, page=JO_CONTACT).text
    ann.submit(JO_CONTACT, form | {"confirm": "yes"}, page=JO_CONTACT)
    assert (conversation(engine, JO_SMS).young_person_id, person(engine, JO).phone) == (None, None)


@pytest.mark.parametrize(
    "form",
    [
        {"act": "unlink", "conversation": str(KIT_SMS)},
        {"act": "unlink", "conversation": "x" * 40},
        {"act": "delete"},
        {},
        {"act": "right"},
    ],
)
def test_forms_that_were_made_up_change_nothing(ann: Browser, engine: Engine, form: dict[str, str]) -> None:
    assert ann.submit(JO_CONTACT, form | {"confirm": "yes"}, page=JO_CONTACT).status_code == 422
    assert conversation(engine, KIT_SMS).young_person_id == KIT


@pytest.mark.parametrize("page", ["contact", "first-text"])
def test_another_caseload_is_not_found(ann: Browser, engine: Engine, audited: Audited, page: str) -> None:
    address = f"/console/people/Y3/{page}"
    assert ann.get(address).status_code == 404
    form = {"act": "wrong", "confirm": "yes", "text": "hello", "nonce": "n" * 20}
    assert ann.submit(address, form).status_code == 404
    assert ann.post(address, data=form, follow_redirects=False).status_code == 403
    assert {row.young_person_id for row in audited("refused")} == {LEE}
    with reading(engine) as session:
        assert session.exec(select(AddressNote)).all() == []


# finding


@pytest.mark.parametrize(
    ("words", "refs"),
    [
        ("jo", ["Y1"]),
        ("REED joanna", ["Y1"]),
        ("re jo", ["Y1"]),
        ("y2", ["Y2"]),
        ("07700 900001", ["Y1"]),
        ("+44 7700 900 002", ["Y2"]),
        ("sian oshea", ["Y50"]),
        ("siân o'sh", ["Y50"]),
        ("lee", []),
        ("Y3", []),
        ("07700900003", []),
        ("noor", ["Y5"]),
        ("eed", []),
        ("%", None),
        ("j", None),
        ("__", []),
        ("' or 1=1 --", []),
    ],
)
def test_people_are_found_within_ones_rights(
    ann: Browser, engine: Engine, audited: Audited, words: str, refs: list[str] | None
) -> None:
    newcomer(engine)
    answer = ann.submit("/console/find", {"q": words}, page="/console/find")
    assert answer.status_code == (422 if refs is None else 200)
    for ref in ("Y1", "Y2", "Y3", "Y5", "Y50"):
        assert (f'href="/console/people/{ref}"' in answer.text) == (ref in (refs or []))
    assert [row.detail["people"] for row in audited("searched")] == ([] if refs is None else [refs])
    assert all(words not in str(row.detail) for row in audited("searched") if len(words) > 3)


def test_a_manager_finds_everybody_of_the_registers(ann: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        session.get_one(Adviser, ANN).roles = ["manager"]
    text = ann.submit("/console/find", {"q": "lee"}, page="/console/find").text
    assert 'href="/console/registers/people/Y3"' in text
    assert 'href="/console/people/Y3"' not in text
    assert 'href="/console/people/Y1"' in ann.submit("/console/find", {"q": "jo"}, page="/console/find").text
    # but links to nobody outside their own caseload
    assert 'value="Y3"' not in ann.submit(LINK, {"q": "lee"}, page=LINK).text


def test_a_number_of_nobody_finds_its_conversation(ann: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        session.add(Conversation(id=60, channel="sms", address="+447700900060", created_at=NOW))
    answer = ann.submit("/console/find", {"q": "07700 900060"}, page="/console/find")
    assert 'href="/console/conversations/60"' in answer.text


def test_many_of_one_name_are_cut_off_and_it_is_said(ann: Browser, engine: Engine) -> None:
    with writing(engine) as session:
        for number in range(100, 140):
            session.add(
                YoungPerson(id=number, ref=f"Y{number}", first_name="Alex", last_name=f"Z{number}", created_at=NOW)
            )
    answer = ann.submit("/console/find", {"q": "alex"}, page="/console/find")
    assert answer.text.count('href="/console/people/') == 30
    assert "Only 30 are shown" in answer.text


# writing first


def first(browser: Browser, text: str = "Hi Siân, it's Ann", *, ref: str = "Y50") -> object:
    page = f"/console/people/{ref}/first-text"
    nonce = (NONCE.findall(browser.get(page).text) or ["n" * 20])[0]
    return browser.submit(page, {"text": text, "nonce": nonce}, page="/console/find")


def sent(engine: Engine) -> list[Message]:
    with reading(engine) as session:
        return list(session.exec(select(Message).where(Message.author == "adviser")).all())


def test_somebody_who_never_wrote_is_texted(ann: Browser, engine: Engine, rung: list[str], audited: Audited) -> None:
    newcomer(engine)
    assert 'href="/console/people/Y50/first-text"' in ann.get("/console/people/Y50").text
    page = "/console/people/Y50/first-text"
    nonce = NONCE.findall(ann.get(page).text)[0]
    for _ in range(2):
        answer = ann.submit(page, {"text": "Hi, it's Ann", "nonce": nonce}, page="/console/find")
        assert answer.headers["location"] == "/console/people/Y50?done=replied#latest"
    (message,) = sent(engine)
    made = conversation(engine, message.conversation_id)
    assert (made.channel, made.address, made.young_person_id) == ("sms", "+447700900050", 50)
    assert (made.mode, made.handed_to_id, message.purpose) == ("adviser", 1, "adviser")
    assert len(audited("replied")) == 1
    assert ann.get(page, follow_redirects=False).headers["location"] == "/console/people/Y50#latest"


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"phone": None}, "no number"),
        ({"phone": "+441843123456"}, "landline"),
        ({"phone": "+447700900005"}, "Several young people"),
    ],
)
def test_nobody_is_texted_where_it_would_go_wrong(
    ann: Browser, engine: Engine, fields: dict[str, object], complaint: str
) -> None:
    newcomer(engine, **fields)
    assert complaint in ann.get("/console/people/Y50/first-text").text
    assert first(ann).status_code == 422  # type: ignore[attr-defined]
    assert sent(engine) == []


def test_stop_and_a_wrong_number_are_honoured(ann: Browser, engine: Engine) -> None:
    newcomer(engine)
    with writing(engine) as session:
        session.add(
            ConsentEvent(
                channel="web", address="w", young_person_id=50, event="stop", source="message",
                recorded_at=NOW - timedelta(days=1),
            )
        )  # fmt: skip
    assert "no more messages" in ann.get("/console/people/Y50/first-text").text
    assert first(ann).status_code == 422  # type: ignore[attr-defined]
    with writing(engine) as session:
        note(session, session.get_one(Conversation, KIT_SMS), "wrong_number", by="young_person", now=NOW)
    assert "not theirs" in ann.get("/console/people/Y2/first-text").text
    assert first(ann, ref="Y2").status_code == 422  # type: ignore[attr-defined]
    assert sent(engine) == []


def test_texts_that_came_before_are_theirs(ann: Browser, engine: Engine) -> None:
    newcomer(engine)
    with writing(engine) as session:
        session.add(Conversation(id=60, channel="sms", address="+447700900050", created_at=NOW))
    first(ann)
    assert conversation(engine, 60).young_person_id == 50


@pytest.mark.parametrize("text", ["", "   ", "x" * 5000])
def test_a_text_that_cannot_go_comes_back(ann: Browser, engine: Engine, text: str) -> None:
    newcomer(engine)
    assert first(ann, text).status_code == 422  # type: ignore[attr-defined]
    assert sent(engine) == []
    with reading(engine) as session:
        assert session.exec(select(Conversation).where(Conversation.young_person_id == 50)).all() == []
