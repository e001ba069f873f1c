"""A crowd of young people, plans and questions of their own, that tests of campaigns share."""

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from casework.campaigns.drafts import Desk, Draft
from casework.db import writing
from casework.followup.people import Reader
from casework.tables import Activity, Adviser, Campaign, Conversation, YoungPerson

ROOT = Path(__file__).parents[1]
WHO = {"town": "Deal"}
"""The crowd and nobody else."""
WORDS = {"en": "Hi {name}, Onward here. Open day on Sat 5 Sep. Want to come? 1 for sure, 2 for no thanks."}
FIRST = 101
"""Id of the first of the crowd."""

_QUESTIONS = """
open_day:
  text: campaign_test_question
  about: nothing
  options:
    - {key: coming, words: [sure]}
    - {key: not_coming, words: [busy]}
exam_day:
  text: campaign_test_question
  about: nothing
  options: [{key: fine}]
with_a_date:
  text: campaign_test_dated
  about: nothing
"""
_PLAN = """
plan: urgent_one
title: An urgent one
source: a test
urgent: true
who: {status: neet}
when: {from: neet_known, after: 1 working day}
steps: [{ask: exam_day}]
late: {after: 3 days, then: drop}
why: a test
"""
_CALENDAR = """
events: {gcse_results: {source: a test, dates: {2027: {on: 2027-08-19, confirmed: false}}}}
terms: []
exams: []
"""
_NEED = """
points: {under_18: 1, ehc_plan: 2}
levels: {high: 3, medium: 1}
"""
_TEXTS = """
campaign_test_question: "Hi {{ name }}, {{ service }} here. Are you coming? 1. Yes 2. No"
campaign_test_dated: "Hi {{ name }}, is {{ date }} all right?"
"""


def data_dir(folder: Path) -> Path:
    """The project's data with other plans, questions and calendar, in a folder of the test's own."""
    made = folder / "data"
    shutil.copytree(ROOT / "data", made)
    shutil.rmtree(made / "plans" / "follow-up", ignore_errors=True)
    (made / "plans" / "follow-up").mkdir()
    (made / "plans" / "follow-up" / "urgent_one.yml").write_text(_PLAN)
    (made / "plans" / "questions.yml").write_text(_QUESTIONS)
    (made / "plans" / "calendar.yml").write_text(_CALENDAR)
    (made / "plans" / "need.yml").write_text(_NEED)
    with (made / "texts" / "en.yml").open("a") as texts:
        texts.write(_TEXTS)
    return made


def crowd(engine: Engine, many: int, now: datetime, **more: Any) -> list[int]:
    """So many young people of Deal, every third one Welsh by nation, each with a number and a conversation."""
    ids = list(range(FIRST, FIRST + many))
    with writing(engine) as session:
        for id_ in ids:
            values = {"nation": "wales" if id_ % 3 == 0 else "england", "phone": f"+447700{900000 + id_}"} | more
            session.add(
                YoungPerson(
                    id=id_,
                    ref=f"Y{id_}",
                    first_name=f"Name{id_}",
                    last_name="Crowd",
                    town="Deal",
                    date_of_birth=date(2009, 9, 2),
                    created_at=now,
                    **values,
                )
            )
        session.flush()
        for id_ in ids:
            session.add(
                Conversation(
                    id=id_, channel="sms", address=f"+447700{900000 + id_}", young_person_id=id_, created_at=now
                )
            )
    return ids


def draft(**more: Any) -> Draft:
    """A campaign to the crowd that could be started as it is."""
    return Draft(**({"name": "Open day", "who": WHO, "wording": WORDS, "per_hour": 60} | more)).tidied()


def made(engine: Engine, now: datetime, **more: Any) -> str:
    """The reference of a new campaign of Ann's."""
    from casework.campaigns.drafts import make

    with writing(engine) as session:
        adviser = session.get_one(Adviser, 1)
        return make(session, draft(**more), adviser, now, seed="a seed").ref


def desk(folder: Path) -> Desk:
    """What drafts are checked against."""
    return Desk.load(folder, "Onward")


def reader(folder: Path) -> Reader:
    """What reads people."""
    return Reader.load(folder)


def doing(session: Session, id_: int, code: str, on: date, recorded_at: datetime) -> None:
    """Record what somebody does."""
    session.add(
        Activity(young_person_id=id_, code=code, start=on, verified_on=on, source="adviser", recorded_at=recorded_at)
    )


def campaign(session: Session, ref: str) -> Campaign:
    """A campaign by its reference."""
    from casework.campaigns.drafts import by_ref

    found = by_ref(session, ref)
    assert found is not None
    return found


DAY = timedelta(days=1)
