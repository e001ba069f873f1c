"""How many have got how far with each scheme: what managers read."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from casework.money.journey import STEPS, standing
from casework.money.schemes import Schemes
from casework.tables import MoneyApplication


@dataclass(frozen=True)
class TakeUp:
    """One scheme's figures. A young person counts once, at the furthest step that is known of them."""

    scheme: str
    name: str
    people: int
    """Anybody with a row for this scheme."""
    reached: dict[str, int]
    """How many have reached each step, or a later one."""
    stuck: dict[str, int]
    """Whose next step it is young people's, by that step: the ones to help."""
    troubles: int
    refused: int
    not_wanted: int


def take_up(session: Session, schemes: Schemes, as_of: datetime) -> list[TakeUp]:
    """The figures of every scheme from what was recorded up to ``as_of``, in the order of their keys."""
    histories: dict[tuple[str, int], list[MoneyApplication]] = defaultdict(list)
    rows = session.execute(
        select(MoneyApplication)
        .where(col(MoneyApplication.recorded_at) <= as_of)
        .order_by(col(MoneyApplication.scheme), col(MoneyApplication.young_person_id), col(MoneyApplication.id))
    ).scalars()
    for row in rows:
        histories[row.scheme, row.young_person_id].append(row)
    figures: list[TakeUp] = []
    for scheme in schemes.all():
        reached: Counter[str] = Counter()
        stuck: Counter[str] = Counter()
        people = troubles = refused = not_wanted = 0
        for (key, _), history in histories.items():
            if key != scheme.key:
                continue
            stands = standing(scheme, history)
            people += 1
            troubles += stands.trouble is not None
            refused += stands.end == "refused"
            not_wanted += stands.end == "not_wanted"
            reached.update(stands.done)
            if stands.waiting_for_them and stands.next_step in STEPS:
                stuck[str(stands.next_step)] += 1
        steps = {step: reached[step] for step in scheme.steps}
        figures.append(TakeUp(scheme.key, scheme.name, people, steps, dict(stuck), troubles, refused, not_wanted))
    return figures
