"""Adding to the history of what somebody does. Rows are added, never changed."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from casework.activities.coding import Coded
from casework.activities.known import current
from casework.activities.timeline import Codebook
from casework.clock import LONDON
from casework.nccis import NOT_KNOWN, NOT_KNOWN_AT_SCHOOL_AGE, Status
from casework.tables import Activity, YoungPerson

SAYS_NOTHING = frozenset({"left", "refused", "no_contact", "not_known"})
"""Kinds of facts that do mean "not known". For any other kind it is only the least that can be claimed yet."""


@dataclass(frozen=True)
class NewActivity:
    """An activity to be recorded."""

    code: str
    source: str
    """young_person, provider, adviser, school or import."""
    said_on: date | None
    """The day on which it was true, so far as its source knew. None: it did not say."""
    start: date | None = None
    end: date | None = None
    """The last day; planned while it is ahead."""
    provider_ref: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    rule: str | None = None
    message_id: int | None = None
    report_id: int | None = None
    kind: str | None = None
    """Of the facts that it was coded from, if it was."""

    @classmethod
    def of(cls, coded: Coded, *, source: str, said_on: date, **more: Any) -> "NewActivity":
        """What was coded, with what was said kept beside it."""
        facts = coded.facts
        said = facts.model_dump(mode="json", exclude_none=True, exclude={"age", "since", "provider_ref"})
        open_ = [question.about for question in coded.unclear]
        start = facts.since if facts.since and facts.since <= said_on else None
        values: dict[str, Any] = {
            "code": coded.code,
            "source": source,
            "said_on": said_on,
            "start": start,
            "provider_ref": facts.provider_ref,
            "detail": said | {"rule": coded.rule_id} | ({"open": open_} if open_ else {}),
            "rule": coded.rule,
            "kind": facts.kind,
        }
        values["detail"] |= more.pop("detail", {})
        return cls(**(values | more))


@dataclass(frozen=True)
class Recorded:
    """What came of it."""

    activity: Activity | None
    """The row; None where nothing was recorded."""
    added: bool
    kept: str | None = None
    """Why what was known before stands, in one word: ``unclear`` or ``still_neet``."""


def record_activity(
    session: Session, book: Codebook, young_person: YoungPerson, new: NewActivity, *, now: datetime
) -> Recorded:
    """Add one activity in the open transaction, with its review and expiry.

    Nothing is added a second time for the same message, report or identical statement. Two things never replace what is
    known: a "not known" that only means that something is still unclear, and any "not known" of somebody who is NEET,
    unless an adviser or an import says so (NEET stays NEET until they are known to have moved on).
    Raises ``KeyError`` for a code that does not exist, ``ValueError`` for an end before the start.
    """
    status = book.nccis.status(new.code)
    if new.start and new.end and new.end < new.start:
        raise ValueError("an activity cannot end before it starts")
    there = _same(session, young_person, new)
    if there is not None:
        return Recorded(there, added=False)
    today = now.astimezone(LONDON).date()
    if new.code in (NOT_KNOWN, NOT_KNOWN_AT_SCHOOL_AGE) and new.kind is not None and new.kind not in SAYS_NOTHING:
        return Recorded(None, added=False, kept="unclear")
    if status is Status.NOT_KNOWN and new.source not in ("adviser", "import"):
        before = current(session, book, young_person, new.said_on or today)
        if before.status is Status.NEET:
            return Recorded(None, added=False, kept="still_neet")
    row = Activity(young_person_id=young_person.id or 0, **values(book, new, now=now))
    session.add(row)
    session.flush()
    return Recorded(row, added=True)


def verify_activity(
    session: Session,
    book: Codebook,
    young_person: YoungPerson,
    said_on: date,
    *,
    code: str | None,
    provider_ref: str | None,
    message_id: int | None,
    now: datetime,
) -> Recorded | None:
    """Record that an activity was still so on ``said_on``, as the young person says; the same facts, verified again.

    It is the last one recorded with this ``code`` (and provider), or without a code the one that is known now, lapsed
    or not. None where there is none. An end that was planned and is past by then is kept no longer.
    """
    query = select(Activity).where(col(Activity.young_person_id) == young_person.id)
    if code is None:
        fact = current(session, book, young_person, said_on).fact
        if fact is None:
            return None
        query = query.where(col(Activity.id) == fact.id)
    else:
        query = query.where(col(Activity.code) == code)
        if provider_ref is not None:
            query = query.where(col(Activity.provider_ref) == provider_ref)
    row = session.execute(query.order_by(col(Activity.id).desc()).limit(1)).scalars().first()
    if row is None:
        return None
    new = NewActivity(
        code=row.code,
        source="young_person",
        said_on=said_on,
        start=row.start,
        end=row.end if row.end is None or row.end >= said_on else None,
        provider_ref=row.provider_ref,
        detail=dict(row.detail),
        rule=row.rule,
        message_id=message_id,
    )
    return record_activity(session, book, young_person, new, now=now)


def values(book: Codebook, new: NewActivity, *, now: datetime, asked: date | None = None) -> dict[str, Any]:
    """The columns of a row for this activity, its person apart.

    Currency runs from the day on which it was said to be true; where that is not known, from ``asked`` or its start.
    """
    asked = new.said_on or asked or new.start or now.astimezone(LONDON).date()
    dates = book.currency.dates(new.code, asked, end=new.end)
    return {
        "code": new.code,
        "provider_ref": new.provider_ref,
        "start": new.start,
        "end": new.end,
        "verified_on": new.said_on,
        "review_on": dates.review_on,
        "expires_on": dates.expires_on,
        "detail": new.detail,
        "rule": new.rule,
        "source": new.source,
        "message_id": new.message_id,
        "report_id": new.report_id,
        "recorded_at": now,
    }


def _same(session: Session, young_person: YoungPerson, new: NewActivity) -> Activity | None:
    """The row that says this already."""
    query = select(Activity).where(col(Activity.young_person_id) == young_person.id)
    if new.message_id is not None:
        query = query.where(col(Activity.message_id) == new.message_id)
    elif new.report_id is not None:
        query = query.where(col(Activity.report_id) == new.report_id)
    else:
        query = query.where(
            col(Activity.code) == new.code,
            col(Activity.source) == new.source,
            _is(col(Activity.start), new.start),
            _is(col(Activity.end), new.end),
            _is(col(Activity.verified_on), new.said_on),
            _is(col(Activity.provider_ref), new.provider_ref),
        )
    return session.execute(query.order_by(col(Activity.id).desc()).limit(1)).scalars().first()


def _is(column: Any, value: Any) -> Any:
    return column.is_(None) if value is None else column == value
