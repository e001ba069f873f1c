"""Money for learning in the console: one young person's applications for their adviser, and take-up for managers."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session
from starlette.responses import Response

from casework.clock import LONDON
from casework.db import reading, writing
from casework.money.journey import Standing, history_of, standing
from casework.money.schemes import Scheme, Schemes
from casework.money.takeup import take_up
from casework.tables import MoneyApplication, YoungPerson
from console import rights
from console.money_facts import facts_of, to_check
from console.subject import subject_of
from console.visit import NotHere, Visit

SMALL = 5
"""Counts below this are not shown to managers: so few people could be told by them."""

STEPS = {
    "aware": "Knows about it",
    "wants": "Wants to apply",
    "bank_account": "Has a bank account",
    "form_sent": "Form sent",
    "evidence_sent": "Proof sent",
    "notice": "Told they get it",
    "agreement": "Agreement signed",
    "paid": "Paid",
    "payment_late": "A payment did not come",
    "payment_stopped": "Payments stopped",
    "refused": "Refused",
    "not_wanted": "Does not want it for now",
}

SOURCES = {"young_person": "The young person", "adviser": "An adviser", "provider": "The provider", "import": "Import"}


@dataclass(frozen=True)
class Journey:
    """One scheme's application: what is known, and whose step is next."""

    scheme: Scheme
    stands: Standing
    rows: list[MoneyApplication]


def person(visit: Visit) -> Response:
    """How far a young person's applications are, with who said what. Looking is written in the audit."""
    schemes = Schemes.load(visit.console.data_dir)
    with reading(visit.console.engine) as session:
        subject = subject_of(visit, session)
        found = subject.young_person
        if found is None:
            raise NotHere("person")
        journeys = _journeys(session, schemes, found)
    with writing(visit.console.engine) as session:
        visit.audit(session, "viewed_money", young_person_id=found.id)
    return visit.page(
        "money_person.html",
        nav="conversations",
        subject=subject,
        person=found,
        journeys=journeys,
        steps=STEPS,
        sources=SOURCES,
        schemes=[(scheme, facts_of(scheme, _today(visit))) for scheme in schemes.open_in(found.nation)],
    )


def taken_up(visit: Visit) -> Response:
    """How many have got how far with each scheme, for managers; small counts are not shown."""
    rights.need(visit, rights.MANAGER)
    schemes = Schemes.load(visit.console.data_dir)
    with reading(visit.console.engine) as session:
        figures = [one for one in take_up(session, schemes, visit.now) if one.people]
    with writing(visit.console.engine) as session:
        visit.audit(session, "viewed_money_take_up")
    return visit.page(
        "money.html",
        nav="money",
        figures=figures,
        nations=_nations(schemes),
        steps=STEPS,
        shown=shown,
        checks=to_check(schemes.all(), _today(visit)),
    )


def _today(visit: Visit) -> date:
    return visit.now.astimezone(LONDON).date()


def shown(count: int) -> str:
    """A count as managers see it."""
    return "0" if count == 0 else (f"Fewer than {SMALL}" if count < SMALL else f"{count:,}")


def _journeys(session: Session, schemes: Schemes, person: YoungPerson) -> list[Journey]:
    history = history_of(session, person.id or 0)
    found = []
    for key in dict.fromkeys(row.scheme for row in reversed(history)):
        scheme = schemes.get(key)
        if scheme is not None:
            rows = [row for row in reversed(history) if row.scheme == key]
            found.append(Journey(scheme, standing(scheme, history), rows))
    return found


def _nations(schemes: Schemes) -> dict[str, str]:
    return {scheme.key: scheme.nation.replace("_", " ").title() for scheme in schemes.all()}
