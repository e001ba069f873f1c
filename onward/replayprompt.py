"""Questions that a replayed script has the assistant ask first, and what became of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, select

from casework.advisers import who_answers
from casework.clock import LONDON
from casework.db import writing
from casework.followup.asking import ADVISER_WORDS, put
from casework.followup.questions import Question, Questions
from casework.tables import Conversation, FollowUp, Message, YoungPerson
from casework.voice import DEFAULT
from onward.assembly import Parts
from onward.problems import Problem
from onward.script import ScriptTurn
from prospectus.catalogue import current as catalogue

WEB_CHAT = "replay-web-chat"
"""The key of the one web chat that a script may speak in beside the phone."""


def open_web_chat(engine: Engine, number: str, now: datetime) -> None:
    """A web chat that is linked to whoever has the script's number."""
    with writing(engine) as session:
        there = select(Conversation.id).where(Conversation.channel == "web", Conversation.address == WEB_CHAT)
        if session.exec(there).first() is None:
            person = session.exec(select(YoungPerson.id).where(YoungPerson.phone == number)).first()
            session.add(Conversation(channel="web", address=WEB_CHAT, young_person_id=person, created_at=now))


def ask(session: Session, parts: Parts, number: str, turn: ScriptTurn, at: int, now: datetime) -> Message:
    """A planned contact of whoever has this number, put into the outbox. Raises ``Problem``.

    ``adviser_words`` stands for a text that an adviser wrote, which is ``words`` of what it is about.
    """
    question = Questions.load(parts.data_dir).get(turn.prompt)
    if turn.prompt == ADVISER_WORDS and isinstance(turn.about.get("words"), str):
        question = Question(ADVISER_WORDS, "followup_words", "nothing", (), None)
    person = session.exec(select(YoungPerson).where(YoungPerson.phone == number)).first()
    if question is None or person is None:
        what = f"{turn.prompt} is no question of questions.yml" if question is None else "nobody has this number"
        raise Problem(f"Turn {at} asks nothing: {what}.")
    thread = select(Conversation).where(Conversation.channel == "sms", Conversation.address == number)
    conversation = session.exec(thread).first()
    if conversation is None:
        conversation = Conversation(channel="sms", address=number, young_person_id=person.id, created_at=now)
        session.add(conversation)
    row = FollowUp(
        young_person_id=person.id or 0,
        plan="replay",
        occasion=str(at),
        due_at=now,
        made_at=now,
        why="A replay asks.",
        asks=question.key,
        about=turn.about,
    )
    session.add(row)
    session.flush()
    adviser = who_answers(session, person, now).adviser
    args = named(session, turn.about) | {"adviser": adviser.name.split()[0] if adviser else None}
    known = {"name": person.called, "service": parts.service, "today": now.astimezone(LONDON).date().isoformat()}
    language = conversation.language or person.language or DEFAULT
    words = parts.voice.render(question.text, known | args, language=language, channel="sms")
    return put(session, row, conversation, words, now, key=question.text, args=args)


def named(session: Session, about: dict[str, Any]) -> dict[str, Any]:
    """What a contact is about, with the provider's name."""
    ref = about.get("provider_ref")
    return about | {"provider": about.get("provider") or (catalogue(session).providers.get(ref) if ref else None)}


def contact_of(row: FollowUp) -> dict[str, Any]:
    """What became of a planned contact."""
    found: dict[str, Any] = {"asks": row.asks, "outcome": row.outcome, "answer": row.answer}
    if row.stops_plan:
        found["stops_plan"] = True
    if row.about.get("snooze_until"):
        found["snooze_until"] = row.about["snooze_until"]
    return found
