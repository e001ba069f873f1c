"""Whom a filter finds, and who is left out for what reason."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from casework.campaigns.choosing import Chosen
from casework.campaigns.filters import read_filter
from casework.db import writing
from casework.followup.conditions import BadCondition
from casework.tables import AddressNote, ConsentEvent, Conversation, FollowUp, YoungPerson
from tests.campaignbook import FIRST, WHO, crowd, doing, made
from tests.casebook import JO, KIT_SMS, LEE, MIA, NOW, answered

Find = Callable[..., Chosen]


def refs(chosen: Chosen) -> list[str]:
    return sorted(person.ref for person in chosen.people)


FOUND: list[tuple[dict[str, Any], list[str]]] = [
    ({"school": "S1"}, ["Y1"]),
    ({"town": "margate"}, ["Y1"]),
    ({"adviser": "A1"}, ["Y1", "Y2"]),
    ({"adviser": ["A2", "none"]}, ["Y3", "Y5"]),
    ({"ref": ["Y3", "Y4", "Y99"]}, ["Y3", "Y4"]),
    ({"days_since_contact": {"from": 2}}, ["Y2"]),
    ({"days_since_contact": {"to": 0}}, ["Y1"]),
    ({"nation": "wales"}, []),
    ({"status": "neet"}, ["Y3"]),
    ({"status": ["neet", "participating"], "adviser": "A1"}, ["Y1"]),
    ({"any": [{"code": "310"}, {"has_adviser": False}]}, ["Y1", "Y5"]),
    ({"not": {"has_adviser": True}}, ["Y5"]),
    ({"school_year": {"from": 12, "to": 13}, "adviser": "A3"}, ["Y4"]),
]


def test_a_filter_finds_those_for_whom_every_line_holds(engine: Engine, find: Find) -> None:
    with writing(engine) as session:
        doing(session, JO, "310", date(2026, 8, 1), NOW - timedelta(days=20))
        doing(session, LEE, "619", date(2026, 8, 1), NOW - timedelta(days=20))
    for who, found in FOUND:
        assert refs(find(who)) == found, who


def test_whoever_has_never_written_has_been_silent_for_ever(engine: Engine, find: Find) -> None:
    crowd(engine, 2, NOW)
    assert len(find({"town": "Deal", "days_since_contact": {"from": 3650}}).people) == 2
    assert not find({"town": "Deal", "days_since_contact": {"to": 3650}}).people


def test_those_who_have_left_the_area_are_not_found(engine: Engine, find: Find) -> None:
    with writing(engine) as session:
        session.get_one(YoungPerson, MIA).left_area_on = NOW.date()
    assert refs(find({"adviser": "A3"})) == []


@pytest.mark.parametrize(
    ("who", "says"),
    [
        ({}, "at least one condition"),
        ({"shoe_size": 9}, "no fact"),
        ({"status": {"from": 1}}, "word"),
        ({"school": 5}, "school must be a word"),
        ({"days_since_contact": 5}, "from or to"),
        ({"days_since_contact": {"from": 9, "to": 2}}, "in that order"),
        ({"any": []}, "list of conditions"),
    ],
)
def test_a_filter_that_cannot_be_read_says_why(who: dict[str, Any], says: str) -> None:
    with pytest.raises(BadCondition, match=says):
        read_filter(who)


def test_everybody_who_is_left_out_has_a_reason(engine: Engine, find: Find) -> None:
    ids = crowd(engine, 9, NOW)
    with writing(engine) as session:
        session.get_one(YoungPerson, ids[0]).phone = None
        for number, event in ((ids[1], "stop"), (ids[2], "stop"), (ids[2], "start")):
            session.add(
                ConsentEvent(
                    channel="web", address="elsewhere", young_person_id=number, event=event, source="message",
                    recorded_at=NOW,
                )
            )  # fmt: skip
            session.flush()
        session.add(
            AddressNote(
                channel="sms", address=f"+447700{900000 + ids[3]}", kind="wrong_number", by="a", recorded_at=NOW
            )
        )
        session.get_one(Conversation, ids[4]).mode = "adviser"
        answered(session, ids[5], "Hi", NOW - timedelta(days=1), purpose="prompt", sent_at=NOW - timedelta(days=1))
        for days in (4, 5, 6):
            at = NOW - timedelta(days=days)
            answered(session, ids[6], "Hi", at, purpose="prompt", sent_at=at)
        # a reply is no prompt, and one that never went reached nobody
        answered(session, ids[7], "Hi", NOW - timedelta(days=1), sent_at=NOW)
        answered(session, ids[7], "Hi", NOW, purpose="prompt", status="suppressed")
    other = made(engine, NOW)
    with writing(engine) as session:
        session.add(
            FollowUp(
                young_person_id=ids[8], campaign_id=1, plan=f"campaign:{other}", occasion=other, due_at=NOW, made_at=NOW
            )
        )
    chosen = find(WHO)
    assert {reason: [one.id for one in left] for reason, left in chosen.excluded.items()} == {
        "no_number": [ids[0]],
        "stopped": [ids[1]],
        "wrong_number": [ids[3]],
        "hand_over": [ids[4]],
        "recent": [ids[5]],
        "cap": [ids[6]],
        "other_campaign": [ids[8]],
    }
    assert [one.id for one in chosen.people] == [ids[2], ids[7]]
    assert chosen.found == 9
    urgent = find(WHO, urgent=True, campaign_id=1)
    assert set(urgent.excluded) == {"no_number", "stopped", "wrong_number", "hand_over"}


def test_a_stop_by_text_counts_although_it_is_in_nobodys_record(engine: Engine, find: Find) -> None:
    crowd(engine, 2, NOW)
    with writing(engine) as session:
        session.add(
            ConsentEvent(
                channel="sms", address=f"+447700{900000 + FIRST}", event="stop", source="provider", recorded_at=NOW
            )
        )
        assert KIT_SMS
    assert [one.id for one in find(WHO).excluded["stopped"]] == [FIRST]
