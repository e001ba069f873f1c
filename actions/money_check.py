"""The private check: a few questions, one at a time, and how it looks. Never a decision, and nothing of it is kept."""

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from actions.base import OnwardAction, Talk
from actions.people import offer_person, who
from casework.money.answers import asks_again, understood
from casework.money.check import NOT_SURE, Answers, Result, check
from casework.money.schemes import Scheme
from casework.tables import Activity, Destination

ENDS_IT = frozenset({"never_mind", "bye", "deny"})
"""Intents that end the check when no answer is in the message: a no to what is no yes-or-no question is a no to it."""

SAID = frozenset({"closed", "too_young", "too_old", "learning", "not_hours", "decided", "threshold_not_known"})
"""Reasons that may be said in a text message, which others may see. All others are "from what you told me"."""


def begin(talk: Talk, *, nation: str, kind: str | None) -> None:
    """Start asking; where nothing needs asking, say how it looks at once."""
    talk.remember(money_check={"nation": nation, "kind": kind, "answers": {}, "asked": None}, offered=None)
    if _next_question(talk) is None:
        result(talk)
        return
    talk.follow = "money_form"


class AskMoneyAnswer(OnwardAction):
    """Ask the next question of the check."""

    action = "action_ask_money_answer"

    def answer(self, talk: Talk) -> None:
        state = _state(talk)
        question, args = _next_question(talk) or ("learning", {})
        talk.say(
            "money_question",
            question=question,
            first=not state["answers"],
            again=state.get("again", False),
            moved=state.get("moved", False),
            **args,
        )
        talk.remember(money_check=state | {"moved": False, "asked": question, "args": args})


class ValidateMoneyForm(OnwardAction):
    """Take an answer to the question that was asked: a number, words, "not sure", or that they have had enough."""

    action = "validate_money_form"

    def answer(self, talk: Talk) -> None:
        said = talk.slot("money_answer")
        state = talk.slot("money_check")
        if not isinstance(said, str) or talk.slot("requested_slot") != "money_answer":
            return
        if not isinstance(state, dict) or not state.get("asked"):
            talk.remember(money_answer="stopped", money_check=None)
            return
        changed = _corrected(state, talk.text)
        if changed is not None:
            self._go_on(talk, changed | {"again": False})
            return
        asked = str(state["asked"])
        value = understood(asked, talk.text, state.get("args"))
        if value is None and talk.intent in ENDS_IT:
            talk.say("money_check_stopped")
            talk.remember(money_answer="stopped", money_check=None)
            return
        if value is None and talk.intent in ("skip", "dont_know"):
            value = NOT_SURE
        if value is None and not state.get("again"):
            self._go_on(talk, state | {"again": True})
            return
        moved = value is None
        value = NOT_SURE if value is None else value
        kept = value.isoformat() if isinstance(value, date) else value
        answers = state["answers"] | {asked: kept}
        self._go_on(
            talk,
            state | {"answers": answers, "before": asked, "args_before": state["args"], "again": False, "moved": moved},
        )

    def _go_on(self, talk: Talk, state: dict[str, Any]) -> None:
        talk.remember(money_check=state)
        done = _next_question(talk) is None
        talk.remember(money_answer="done" if done else None)


class MoneyResult(OnwardAction):
    """Say how it looks once everything is asked; nothing where they stopped."""

    action = "action_money_result"

    def answer(self, talk: Talk) -> None:
        done = talk.slot("money_answer") == "done"
        talk.remember(money_answer=None)
        if done and isinstance(talk.slot("money_check"), dict):
            result(talk)


def result(talk: Talk) -> None:
    """How each scheme looks, where to apply for the likeliest, and what to bring; then everything is forgotten."""
    state = _state(talk)
    known = _known(talk, state["answers"])
    looked = [(scheme, check(scheme, known, talk.today)) for scheme in _schemes(talk, state)]
    order = {"yes": 0, "cannot_tell": 1, "no": 2}
    looked.sort(key=lambda pair: order[pair[1].verdict])
    best, how = looked[0]
    # one fund in two parts is one thing to them: the better looking part speaks for it
    seen: dict[str, dict[str, Any]] = {}
    for scheme, one in looked:
        seen.setdefault(scheme.kind, {"scheme": scheme.short, "verdict": one.verdict, "reason": _reason(one)})
    last_day = None
    if known.start is not None and how.verdict != "no":
        last_day = best.apply.backdated_until(known.start)
    applies = how.verdict != "no"
    talk.say(
        "money_result",
        results=list(seen.values()),
        how=best.apply.how if applies else None,
        scheme=best.key,
        bring=list(best.apply.bring) if applies else [],
        backdated=last_day.isoformat() if last_day is not None and last_day >= talk.today else None,
        stale=how.stale,
        adviser=who(talk)["adviser"],
    )
    if applies:
        talk.remember(money={"scheme": best.key, "on": talk.today.isoformat()})
    talk.remember(money_check=None, money_answer=None)
    offer_person(talk, "money_help")


def _reason(one: Result) -> str | None:
    code = one.because[0].code if one.because and one.verdict != "yes" else None
    return code if code in SAID else ("depends" if one.verdict == "cannot_tell" else None)


def _next_question(talk: Talk) -> tuple[str, dict[str, Any]] | None:
    state = _state(talk)
    known = _known(talk, state["answers"])
    for scheme in _schemes(talk, state):
        one = check(scheme, known, talk.today)
        if one.ask is not None:
            return one.ask, dict(one.ask_args)
    return None


def _schemes(talk: Talk, state: dict[str, Any]) -> list[Scheme]:
    found = talk.shelf.schemes.open_in(state["nation"], state["kind"])
    # what needs no private answer first, so that it is asked only if it still matters
    return found or talk.shelf.schemes.open_in(state["nation"])


def _known(talk: Talk, answers: dict[str, Any]) -> Answers:
    """What the record knows and what they have just said, the latter first."""
    said = dict(answers)
    if isinstance(said.get("date_of_birth"), str) and said["date_of_birth"] != NOT_SURE:
        said["date_of_birth"] = date.fromisoformat(said["date_of_birth"])
    elif said.pop("date_of_birth", None) == NOT_SURE:
        said["age"] = NOT_SURE
    known = Answers(**said)
    person = talk.young_person
    if person is None:
        return known
    born = known.date_of_birth or person.date_of_birth
    return replace(known, date_of_birth=born, start=_start(talk))


def _start(talk: Talk) -> date | None:
    """When their course began or begins, as far as the record knows: from a place they started, or what they do now."""
    person = talk.young_person_id
    started = select(col(Destination.on_date)).where(
        col(Destination.young_person_id) == person,
        col(Destination.stage).in_(("started", "enrolled")),
        col(Destination.on_date).is_not(None),
    )
    found = talk.session.execute(started.order_by(col(Destination.id).desc()).limit(1)).scalar_one_or_none()
    if found is None:
        learning = select(col(Activity.start)).where(
            col(Activity.young_person_id) == person, col(Activity.start).is_not(None), col(Activity.code).like("2%")
        )
        found = talk.session.execute(learning.order_by(col(Activity.id).desc()).limit(1)).scalar_one_or_none()
    return found if found is not None and abs((found - talk.today).days) < 200 else None


def _corrected(state: dict[str, Any], text: str) -> dict[str, Any] | None:
    """ "actually im at college": another answer to the question before, which is not asked again."""
    words, before = asks_again(text), state.get("before")
    if words is None or before is None:
        return None
    now = understood(str(state["asked"]), words, state.get("args"))
    value = understood(str(before), words, state.get("args_before"))
    if value is None or now is not None:
        return None
    return state | {"answers": state["answers"] | {before: value}}


def _state(talk: Talk) -> dict[str, Any]:
    kept = talk.slot("money_check")
    return kept if isinstance(kept, dict) else {"nation": None, "kind": None, "answers": {}, "asked": None}
