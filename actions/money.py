"""Money for learning: what there is, where an application stands, and the steps that they tell of."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from actions.base import OnwardAction, Talk
from actions.identity import not_linked
from actions.money_schemes import ask_nation, talked_of, tell_schemes
from actions.offers import LASTS
from actions.people import offer_person, who
from casework.clock import LONDON
from casework.effects import RecordMoneyStep
from casework.money.answers import understood
from casework.money.journey import ENDS, TROUBLES, Standing, history_of, standing
from casework.money.schemes import Scheme
from casework.money.told import WANTS, steps_told
from casework.tables import MoneyApplication

TALKED_FOR = timedelta(days=60)
"""How long "it" still means the scheme that was last talked about."""

KINDS = frozenset({"ema", "bursary", "free_meals", "care_to_learn"})
"""Values of the entity ``scheme`` that there are schemes of."""

_AFFECTS = re.compile(
    r"\b(?:benefits?|universal credit|uc|child benefit|child tax|tax credits?|housing)\b|"
    r"\b(?:affect|lose|stop|goes? down)\b",
    re.IGNORECASE,
)
"""Questions about benefits: rules that the schemes here say nothing of."""


_CHILDCARE = re.compile(r"\b(?:child\s?care|child\s?minder|nursery (?:fees?|costs?|for my))\b", re.IGNORECASE)


_SENT_THEM = re.compile(
    r"^\W*(?:(?:ok|yh|yeah|yes|done)\W+)*(?:i'?ve|i have|i|just|already|we'?ve)?\s*(?:just |already )?"
    r"(?:sent|handed|emailed|uploaded|posted|gave|given)\s+(?:them|those|it|that)\b",
    re.IGNORECASE,
)
_PAPERS = re.compile(
    r"\b(?:payslips?|pay slips?|p60|bank statements?|birth certificate|proof|evidence|award letter|(?:my|the) form)\b",
    re.IGNORECASE,
)


def speaks_of_money(talk: Talk) -> bool:
    """Whether a step of any application ("sent the form") is one of money, for that was just talked of."""
    kept = talk.slot("money")
    just = isinstance(kept, dict) and kept.get("on") == talk.today.isoformat()
    return just and bool(steps_told(talk.text) or _SENT_THEM.search(talk.text) or _PAPERS.search(talk.text))


class Money(OnwardAction):
    """Every message about money: steps told are recorded first, then what was asked is answered."""

    action = "action_money"

    def answer(self, talk: Talk) -> None:
        hear_money(talk)


def hear_money(talk: Talk) -> None:
    """Record the steps that a message tells of, or answer what it asks about money."""
    pending = _pending(talk)
    kind = _kind(talk)
    if pending and kind:
        talk.remember(money_told=None)
        _record(talk, pending, None, kind)
        return
    told = steps_told(talk.text, trouble=talk.intent == "money_payment_problem")
    if not told and _SENT_THEM.search(talk.text) and _waits_for(talk, kind) in ("form_sent", "evidence_sent"):
        told = [str(_waits_for(talk, kind))]
    if talk.intent == "money_bank_account" and told != ["bank_account"]:
        _bank_account(talk)
    elif talk.intent == "money_payment_problem":
        _trouble(talk, told, kind)
    elif told:
        _record(talk, told, _said_day(talk), kind)
    elif talk.intent in ("money_status", "applications_news", "applications_status"):
        _status(talk, kind)
    elif talk.intent == "money_bank_account":
        _bank_account(talk)
    else:
        _help(talk, kind)


@dataclass(frozen=True)
class Meant:
    """Which scheme is meant. ``among``: it could be any of these. ``closed``: they named one that has ended."""

    scheme: Scheme | None = None
    among: tuple[Scheme, ...] = ()
    closed: bool = False


def meant(talk: Talk, nation: str, kind: str | None) -> Meant:
    """The scheme that a message speaks of: named, talked of last, applied for, or the only one there is."""
    schemes, history = talk.shelf.schemes, _history(talk)
    open_here = schemes.open_in(nation)
    if kind is not None:
        named = [scheme for scheme in open_here if scheme.kind == kind]
        if not named:
            return Meant(closed=True)
        # two parts of one fund are one form to them: the one they have, or the one that is everybody's
        known = [one for one in named if one.key == _last(talk) or any(row.scheme == one.key for row in history)]
        return Meant((known or sorted(named, key=lambda one: not one.for_anybody))[0])
    last = schemes.get(_last(talk) or "")
    if last is not None and last in open_here:
        return Meant(last)
    running = [one for one in open_here if any(row.scheme == one.key for row in history)]
    running = [one for one in running if standing(one, history).end is None] or running
    if len(running) == 1:
        return Meant(running[0])
    if running:
        return Meant(among=tuple(running))
    usual = [one for one in open_here if one.kind in ("ema", "bursary")]
    if len({one.kind for one in usual}) == 1:
        return Meant(sorted(usual, key=lambda one: not one.for_anybody)[0])
    return Meant(among=tuple(open_here))


def _record(talk: Talk, told: list[str], on: date | None, kind: str | None) -> None:
    if talk.young_person is None:
        not_linked(talk, "money_not_linked")
        return
    # what happened to a payment, or that it was given up, is about a scheme too
    found = meant(talk, talk.young_person.nation, kind)
    if found.scheme is None:
        options = found.among or tuple(
            one for one in talk.shelf.schemes.open_in(talk.young_person.nation) if one.kind in ("ema", "bursary")
        )
        names = list(dict.fromkeys(one.short for one in options))
        talk.say("money_which", schemes=names, closed=found.closed)
        talk.remember(money_told={"steps": told, "at": talk.now.isoformat(timespec="minutes")})
        return
    scheme = found.scheme
    for step in told:
        talk.effect(RecordMoneyStep(scheme=scheme.key, step=step, on_date=on if len(told) == 1 else None))
    stands = _after(talk, scheme, told)
    talked_of(talk, scheme)
    if any(step in TROUBLES for step in told):
        talk.say("money_payment_problem", adviser=who(talk)["adviser"], nation=scheme.nation)
        offer_person(talk, "money_payment_problem")
    elif stands.end is not None:
        talk.say(f"money_{stands.end}", scheme=scheme.short, adviser=who(talk)["adviser"])
        if stands.end == "refused":
            offer_person(talk, "money_status")
    else:
        talk.say("money_told", steps=told, **_next(scheme, stands))


def take_steps(talk: Talk, told: list[str], scheme: str | None) -> None:
    """Take steps that were told in answer to a question about ``scheme``; None: whichever is meant."""
    asked = talk.shelf.schemes.get(scheme or "")
    if asked is not None and _kind(talk) is None:
        talked_of(talk, asked)
    _record(talk, told, _said_day(talk), _kind(talk))


def _trouble(talk: Talk, told: list[str], kind: str | None) -> None:
    person = talk.young_person
    if person is not None:
        scheme = meant(talk, person.nation, kind).scheme
        if scheme is not None:
            for step in told:
                talk.effect(RecordMoneyStep(scheme=scheme.key, step=step))
            talked_of(talk, scheme)
    talk.say("money_payment_problem", adviser=who(talk)["adviser"], nation=person.nation if person else None)
    offer_person(talk, "money_payment_problem")


def _status(talk: Talk, kind: str | None) -> None:
    person = talk.young_person
    if person is None:
        not_linked(talk, "money_not_linked")
        return
    scheme = meant(talk, person.nation, kind).scheme
    rows = [row for row in _history(talk) if scheme is not None and row.scheme == scheme.key]
    if scheme is None or not rows:
        talk.say("money_status", adviser=who(talk)["adviser"], nation=person.nation)
        if scheme is not None:
            talked_of(talk, scheme)
        offer_person(talk, "money_status")
        return
    last = rows[-1]
    stands = standing(scheme, rows)
    on = last.recorded_at.astimezone(LONDON).date().isoformat()
    talk.say("money_journey", last=last.step, on=on, adviser=who(talk)["adviser"], **_next(scheme, stands))
    talked_of(talk, scheme)
    offer_person(talk, "money_payment_problem" if stands.trouble else "money_status")


def _waits_for(talk: Talk, kind: str | None) -> str | None:
    """The next step of the scheme that is meant: "sent them" is that one."""
    person = talk.young_person
    scheme = meant(talk, person.nation, kind).scheme if person else None
    return standing(scheme, _history(talk)).next_step if scheme else None


def _bank_account(talk: Talk) -> None:
    talk.say("money_bank_account", adviser=who(talk)["adviser"], nation=_nation(talk))
    offer_person(talk, "money_bank_account")


def _help(talk: Talk, kind: str | None) -> None:
    nation = _nation(talk)
    if kind is None and _AFFECTS.search(talk.text):
        # what benefits do is for somebody who can look at the household's own
        talk.say("money_help", adviser=who(talk)["adviser"], nation=nation)
        offer_person(talk, "money_help")
        return
    if talk.slot("money_check"):
        # asked in the middle of the check: the answer, and no second offer of it
        tell_schemes(talk, str(talk.slot("money_check")["nation"]), kind, offers=False)
        return
    if nation is None:
        ask_nation(talk)
        return
    talk.remember(money_nation=None)
    if WANTS.search(talk.text) and talk.young_person is not None:
        scheme = meant(talk, nation, kind).scheme
        if scheme is not None:
            talk.effect(RecordMoneyStep(scheme=scheme.key, step="wants"))
    tell_schemes(talk, nation, kind)


def _next(scheme: Scheme, stands: Standing) -> dict[str, Any]:
    return {
        "scheme": scheme.short,
        "next": None if stands.end in ENDS else stands.next_step,
        "theirs": stands.theirs,
        "trouble": stands.trouble,
        "end": stands.end,
    }


def _after(talk: Talk, scheme: Scheme, told: list[str]) -> Standing:
    """Where it stands once what is told in this turn is in the record too."""
    person = talk.young_person_id or 0
    new = [
        MoneyApplication(
            young_person_id=person, scheme=scheme.key, step=step, source="young_person", recorded_at=talk.now
        )
        for step in told
    ]
    return standing(scheme, [*_history(talk), *new])


def _history(talk: Talk) -> list[MoneyApplication]:
    return [] if talk.young_person_id is None else history_of(talk.session, talk.young_person_id)


def _kind(talk: Talk) -> str | None:
    found = talk.value("scheme")
    if found in KINDS:
        return found
    return "care_to_learn" if _CHILDCARE.search(talk.text) else None


def _nation(talk: Talk) -> str | None:
    """Where they learn: from the record, or from what they say now."""
    if talk.young_person is not None:
        return talk.young_person.nation
    said = understood("nation", talk.text) if not talk.text.strip().isdigit() else None
    return str(said) if said in ("england", "wales", "scotland", "northern_ireland") else None


def _last(talk: Talk) -> str | None:
    kept = talk.slot("money")
    if not isinstance(kept, dict) or talk.today - date.fromisoformat(kept["on"]) > TALKED_FOR:
        return None
    return str(kept["scheme"])


def _pending(talk: Talk) -> list[str]:
    """Steps that were told, and wait to be told which scheme they are of."""
    kept = talk.slot("money_told")
    if not isinstance(kept, dict) or talk.now - datetime.fromisoformat(kept["at"]) > LASTS:
        return []
    return [str(step) for step in kept["steps"]]


def _said_day(talk: Talk) -> date | None:
    """The day that it happened, where they named one that has been."""
    value = talk.value("date")
    if value is None:
        return None
    near = {"today": 0, "yesterday": 1}
    if value in near:
        return talk.today - timedelta(days=near[value])
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    if value in days:
        return talk.today - timedelta(days=(talk.today.weekday() - days.index(value)) % 7)
    try:
        if value.startswith("--"):
            found = date.fromisoformat(f"{talk.today.year}{value[1:]}")
            found = found if found <= talk.today else found.replace(year=found.year - 1)
        else:
            found = date.fromisoformat(value)
    except ValueError:
        return None
    return found if found <= talk.today else None
