"""The way through an application: what has been done, what is next, and whose step that is.

A journey is a history of steps that somebody told us of, in any order. Nothing is overwritten: "I sent it", later "they
sent it back", stay both.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select
from sqlmodel import Session, col

from casework.money.schemes import Scheme
from casework.tables import MoneyApplication

STEPS = ("aware", "wants", "bank_account", "form_sent", "evidence_sent", "notice", "agreement", "paid")
"""From hearing of it to the first payment, in the order in which most schemes take them.

Source: the steps of England's EMA as it was (form and evidence, notice of entitlement, contract, payment), which those
of Wales, Scotland and Northern Ireland still have.
"""

TROUBLES = ("payment_late", "payment_stopped")
ENDS = ("refused", "not_wanted")
OWNERS: dict[str, Literal["young_person", "scheme"]] = {
    "aware": "young_person",
    "wants": "young_person",
    "bank_account": "young_person",
    "form_sent": "young_person",
    "evidence_sent": "young_person",
    "notice": "scheme",
    "agreement": "young_person",
    "paid": "scheme",
}
"""Whose step each one is: a prompt is only sent while it is really theirs."""


@dataclass(frozen=True)
class Standing:
    """Where an application stands."""

    done: frozenset[str]
    """Steps that were reported, and those that must have come before them."""
    told: frozenset[str]
    """Only those that were reported."""
    trouble: str | None
    end: str | None
    next_step: str | None
    """What comes next; None when it is paid without trouble, or has ended."""
    theirs: bool
    """Whether the next step is the young person's."""
    since: date | None
    """When the last thing was reported."""

    @property
    def waiting_for_them(self) -> bool:
        """Whether a prompt to the young person makes sense: there is a step, and it is theirs."""
        return self.next_step is not None and self.theirs and self.end is None


IMPLIES: dict[str, tuple[str, ...]] = {
    "form_sent": ("aware", "wants"),
    "evidence_sent": ("aware", "wants", "form_sent"),
    "notice": ("aware", "wants", "form_sent", "evidence_sent"),
    "agreement": ("aware", "wants", "form_sent", "evidence_sent", "notice"),
    "paid": ("aware", "wants", "bank_account", "form_sent", "evidence_sent", "notice", "agreement"),
    "payment_late": ("aware", "wants", "form_sent", "evidence_sent", "notice"),
    "payment_stopped": ("aware", "wants", "bank_account", "form_sent", "evidence_sent", "notice", "agreement", "paid"),
    "wants": ("aware",),
}
"""What a step says about those before it. A bank account alone says nothing: many have one anyway."""


def known(step: str) -> bool:
    """Whether this is a word for a step, a trouble or an end."""
    return step in STEPS or step in TROUBLES or step in ENDS


def standing(scheme: Scheme, history: Sequence[MoneyApplication]) -> Standing:
    """Where the application for ``scheme`` stands after these rows of it, in any order."""
    rows = sorted(
        (row for row in history if row.scheme == scheme.key and known(row.step)),
        key=lambda row: (row.recorded_at, row.id or 0),
    )
    told = frozenset(row.step for row in rows)
    done = told.union(*(IMPLIES.get(step, ()) for step in told)) & frozenset(STEPS)
    last = rows[-1] if rows else None
    end = _latest(rows, ENDS, over=STEPS)
    trouble = _latest(rows, TROUBLES, over=("paid",))
    following = None
    if end is None:
        following = next((step for step in scheme.steps if step not in done), None)
        if trouble is not None:
            following = trouble
    return Standing(
        done=frozenset(done),
        told=told,
        trouble=trouble,
        end=end,
        next_step=following,
        theirs=following is not None and OWNERS.get(following, "young_person") == "young_person",
        since=_day(last.recorded_at) if last else None,
    )


def _latest(rows: Sequence[MoneyApplication], words: tuple[str, ...], *, over: Iterable[str]) -> str | None:
    """The last of ``words`` that was said, unless something of ``over`` was said after it."""
    over = frozenset(over)
    found: str | None = None
    for row in rows:
        if row.step in words:
            found = row.step
        elif row.step in over:
            found = None
    return found


def _day(at: datetime) -> date:
    from casework.clock import LONDON

    return at.astimezone(LONDON).date()


def history_of(session: Session, young_person_id: int) -> list[MoneyApplication]:
    """Everything that is known of a young person's applications, oldest first."""
    rows = session.execute(
        select(MoneyApplication)
        .where(col(MoneyApplication.young_person_id) == young_person_id)
        .order_by(col(MoneyApplication.recorded_at), col(MoneyApplication.id))
    )
    return list(rows.scalars())


def record_step(session: Session, row: MoneyApplication) -> bool:
    """Add a step; the same step told by the same message is there once. Answers whether it was added.

    Raises ``ValueError`` for a word that is no step.
    """
    if not known(row.step):
        raise ValueError(f"{row.step} is not a step of an application")
    if row.message_id is not None:
        there = select(col(MoneyApplication.id)).where(
            col(MoneyApplication.message_id) == row.message_id,
            col(MoneyApplication.scheme) == row.scheme,
            col(MoneyApplication.step) == row.step,
        )
        if session.execute(there.limit(1)).first() is not None:
            return False
    session.add(row)
    return True
