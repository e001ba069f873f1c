"""The one short question that is open about somebody's record: of their plans, an application, or what they do now.

It is kept in the slot ``telling`` while the form ``record_form`` is open. It holds what was asked and which message it
is about, never what that message said: the words are read again in the stored message. So an answer that comes weeks
later still lands on the right thing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from actions.base import Talk
from actions.offers import LASTS
from casework.tables import Message

About = Literal["plans", "application", "activity", "followup", "record"]
FORM = "record_form"
CHECK = "right"
"""Not a question: what was put down was said, and may be put right now."""


@dataclass(frozen=True)
class Open:
    """What was asked."""

    about: About
    ask: str
    message_id: int | None
    """The message that the question is about."""
    asked: tuple[str, ...] = ()
    """Everything that was asked so far, this included: nothing is asked twice."""
    tries: int = 0
    more: dict[str, Any] | None = None


def opened(talk: Talk) -> Open | None:
    """The question that is open; None where there is none."""
    kept = talk.slot("telling")
    if not isinstance(kept, dict) or kept.get("about") not in get_args(About):
        return None
    return Open(
        about=kept["about"],
        ask=str(kept.get("ask")),
        message_id=kept.get("message_id"),
        asked=tuple(kept.get("asked") or ()),
        tries=int(kept.get("tries") or 0),
        more=kept.get("more"),
    )


def leave_open(
    talk: Talk,
    about: About,
    ask: str,
    *,
    message_id: int | None = None,
    asked: Sequence[str] = (),
    tries: int = 0,
    more: dict[str, Any] | None = None,
) -> None:
    """Remember what was just asked, in place of what was open before. What was on offer is on offer no more."""
    kept: dict[str, Any] = {
        "about": about,
        "ask": ask,
        "message_id": message_id if message_id is not None else talk.message_id,
        "at": talk.now.isoformat(timespec="minutes"),
    }
    if asked:
        kept["asked"] = list(asked)
    if tries:
        kept["tries"] = tries
    if more:
        kept["more"] = more
    talk.remember(telling=kept, offered=None)


def long_ago(talk: Talk) -> bool:
    """Whether what is open was said more than a day ago: whatever comes now begins anew."""
    kept = talk.slot("telling")
    return isinstance(kept, dict) and talk.now - datetime.fromisoformat(kept["at"]) > LASTS


def nothing_open(talk: Talk) -> None:
    """Nothing is asked any more."""
    talk.remember(telling=None)


def may_ask(talk: Talk) -> bool:
    """Whether this turn has room for a question: not while another of their questions is answered after it."""
    return not talk.reading.get("more")


def message_of(talk: Talk, message_id: int | None) -> Message | None:
    """The message that a question is about, while it is stored."""
    return talk.session.get(Message, message_id) if message_id is not None else None
