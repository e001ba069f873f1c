"""One young person's planned contacts, coming and past, as staff read them."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from casework.followup import words
from casework.followup.planfile import Book
from casework.followup.questions import Questions
from casework.followup.reminders import PLAN
from casework.tables import Adviser, FollowUp
from casework.transcript_words import humanise
from casework.voice import DEFAULT, Voice

MOST_PAST = 100
"""Past contacts that are shown; older ones are counted."""


@dataclass(frozen=True)
class Line:
    """One contact."""

    row: FollowUp
    what: str
    title: str
    """Of its plan."""
    waits: str
    """What it waits for; empty where it only waits for its day."""
    outcome: str
    reason: str
    answer: str
    by: str | None
    """The adviser who set it, or brought it forward."""
    note: str
    """Why an adviser took it off."""
    noted_by: str | None
    own: bool
    """Whether an adviser set it, and not a plan or a campaign."""


@dataclass(frozen=True)
class History:
    """All of them."""

    coming: list[Line]
    """The next one first; what is on its way is among them."""
    past: list[Line]
    """The last one first."""
    older: int
    """How many more there are in the past."""


@dataclass(frozen=True)
class Telling:
    """What is needed to put contacts into words."""

    titles: Mapping[str, str]
    questions: Questions
    voice: Voice
    activities: Mapping[str, str]

    @classmethod
    def of(cls, book: Book, voice: Voice, activities: Mapping[str, str]) -> "Telling":
        """From the plans. ``activities`` are the names of activity codes."""
        return cls({plan.key: plan.title for plan in book.plans}, book.questions, voice, activities)

    def line(self, row: FollowUp, names: Mapping[int | None, str]) -> Line:
        """One contact in words. ``names`` are the advisers' by id."""
        off = (row.about or {}).get("taken_off") or {}
        return Line(
            row=row,
            what=self._what(row, names),
            title=words.plan_title(row.plan, self.titles),
            waits=words.waits(row.hold_reason) if row.status == "planned" else "",
            outcome=words.outcome(row.outcome),
            reason=words.reason(row.reason, row.outcome, self.activities),
            answer=self.answer(row),
            by=names.get(row.by_adviser_id) if row.by_adviser_id else None,
            note=str(off.get("note", "")),
            noted_by=names.get(off.get("by")),
            own=row.plan == PLAN,
        )

    def answer(self, row: FollowUp) -> str:
        """What they answered: the option as the question words it, where it stands there without gaps."""
        if not row.answer:
            return ""
        return " and ".join(self._option(row.asks, key) for key in row.answer.split("+"))

    def _option(self, asks: str | None, key: str) -> str:
        if key in words.ANSWERS:
            return words.ANSWERS[key]
        question = self.questions.get(asks)
        keys = [option.key for option in question.options] if question else []
        if question is None or key not in keys:
            return humanise(key)
        text = self.voice.texts[DEFAULT].get(question.text)
        number = f"{keys.index(key) + 1}. "
        for said in (text.sources[0] if text else "").splitlines():
            if said.strip().startswith(number) and "{" not in said:
                return said.strip().removeprefix(number)
        return humanise(key)

    def _what(self, row: FollowUp, names: Mapping[int | None, str]) -> str:
        if row.kind == "remind":
            return f"Reminder for {names.get(row.by_adviser_id, 'an adviser')}"
        if row.kind == "close":
            code = str((row.rules or {}).get("code", ""))
            name = self.activities.get(code, "")
            return f"Close the record as {code}{': ' if name else ''}{name}"
        if row.kind == "text" and row.words is not None:
            return "Text message in an adviser's words"
        if row.kind == "text":
            return "Text message with a question" if row.asks else "Text message that asks nothing"
        return words.kind(row.kind)


def history(session: Session, young_person_id: int, telling: Telling) -> History:
    """Every contact of one young person."""
    names = advisers(session)
    mine = col(FollowUp.young_person_id) == young_person_id
    ended = col(FollowUp.status) == "ended"
    coming = session.exec(select(FollowUp).where(mine, ~ended).order_by(col(FollowUp.due_at), col(FollowUp.id))).all()
    last = col(FollowUp.ended_at).desc()
    past = session.exec(select(FollowUp).where(mine, ended).order_by(last, col(FollowUp.id).desc())).all()
    return History(
        coming=[telling.line(row, names) for row in coming],
        past=[telling.line(row, names) for row in past[:MOST_PAST]],
        older=max(0, len(past) - MOST_PAST),
    )


def one(session: Session, young_person_id: int, contact_id: int, telling: Telling) -> Line | None:
    """One contact of this young person; None where it is none of theirs."""
    row = session.get(FollowUp, contact_id) if contact_id < 2**63 else None
    if row is None or row.young_person_id != young_person_id:
        return None
    return telling.line(row, advisers(session))


def advisers(session: Session) -> dict[int | None, str]:
    """The names of advisers by id."""
    return {row.id: row.name for row in session.execute(select(col(Adviser.id), col(Adviser.name)))}
