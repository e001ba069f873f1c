"""What money there is in a nation, said in one message, and the offer of the check."""

from datetime import date
from typing import Any

from actions.base import Talk
from actions.offers import offer
from actions.people import offer_person, who
from casework.money.schemes import Scheme


def tell_schemes(talk: Talk, nation: str, kind: str | None, *, offers: bool = True) -> None:
    """Say what there is in a nation, in one message, and offer the check."""
    open_here = talk.shelf.schemes.open_in(nation)
    told = [scheme for scheme in open_here if scheme.kind == kind] or open_here
    closed = next((one for one in talk.shelf.schemes.all() if one.nation == nation and one.status == "closed"), None)
    talk.say(
        "money_schemes",
        nation=nation,
        schemes=[_said(scheme, talk.today) for scheme in told],
        closed=closed.short if closed is not None and kind in (None, closed.kind) else None,
        stale=any(scheme.stale_on(talk.today) for scheme in told),
        offer=offers,
        adviser=who(talk)["adviser"],
    )
    if len({scheme.kind for scheme in told}) == 1:
        talked_of(talk, sorted(told, key=lambda one: not one.for_anybody)[0])
    if offers:
        offer(
            talk,
            "money_check",
            ["start", "person"],
            nation=nation,
            scheme=kind if told != open_here else None,
            topic="money_help",
            message_id=talk.message_id,
        )


def _said(scheme: Scheme, today: date) -> dict[str, Any]:
    amount = scheme.amount_on(today)
    return {
        "key": scheme.key,
        "kind": scheme.kind,
        "short": scheme.short,
        "pounds": None if amount is None else f"{amount.pounds:,.2f}".removesuffix(".00"),
        "per": None if amount is None else amount.per,
        "at_most": amount is not None and amount.at_most,
    }


def talked_of(talk: Talk, scheme: Scheme) -> None:
    """Remember which scheme "it" means from now on."""
    talk.remember(money={"scheme": scheme.key, "on": talk.today.isoformat()}, money_told=None)


def ask_nation(talk: Talk) -> None:
    """What there is in general, where nobody knows which nation they learn in: they may say it, or not."""
    talk.say("money_help", adviser=who(talk)["adviser"], nation=None)
    offer_person(talk, "money_help")
    talk.remember(money_nation=True)
