"""Who somebody is: linking a chat or a new number by a code, a shared phone, a wrong number, and what to call them.

Nothing here says a name, a number, or whether anybody is known. Only a code that went to the number on record links;
names and birthdays go to the team, who look for themselves.
"""

import re
from typing import Any

import phonenumbers

from actions.base import OnwardAction, Talk
from actions.people import hand_over, offer_person, who
from casework.effects import AskLinkCode, LinkSharer, NoteAddress, OpenEscalation, SetKnownAs, TryLinkCode
from casework.identity.addresses import sharers, standing
from casework.identity.codes import DIGITS, waits_for_code
from casework.tables import Conversation

_LOST = re.compile(
    r"\b(?:lost|broke\w*|smashed|stolen|nicked|robbed|cant|can't|cannot|dont|don't|havent|haven't|not got|no longer|"
    r"gone|forgot\w*|remember|changed|different|dead|cut off)\b",
    re.IGNORECASE,
)
_DIGITS = re.compile(rf"(?:\d[\s-]?){{{DIGITS}}}(?!\d)")
_CALLED = re.compile(
    r"\b(?:call me|known as|i go by|go by|my name(?:s| is|'s)(?: now)?|names|prefer(?: to be called)?|im called|"
    r"i'm called|it's|its|galwch fi(?:'n)?|fy enw i (?:yw|ydy))\s+(?P<name>[^\W\d_][\w'’-]*(?:\s[A-Z][\w'’-]*)?)",
    re.IGNORECASE,
)
_NO_NAMES = frozenset(
    {
        *(
            "not",
            "later",
            "back",
            "now",
            "the",
            "a",
            "an",
            "when",
            "please",
            "pls",
            "by",
            "on",
            "at",
            "my",
            "me",
            "what",
        ),
        *(
            "something",
            "whatever",
            "mr",
            "mrs",
            "miss",
            "names",
            "name",
            "wrong",
            "right",
            "just",
            "actually",
            "really",
        ),
    }
)
_SURELY_WRONG = re.compile(
    r"\b(?:wrong (?:number|person|phone|num|one)|no one (?:called|of that)|nobody called|just got this number|"
    r"have this number now|got this number|someone else now|new number to me|dont know (?:her|him|them)|"
    r"(?:not|isnt|isn't|doesnt have|doesn't have|not got) (?:her|his|their|this) (?:phone|number)|"
    r"not (?:her|him|them)|theres no \w+ here|isnt (?:her|him|them)|rhif anghywir|rhif rong)\b",
    re.IGNORECASE,
)
"""Words that leave no doubt. For anything weaker it is asked first: it would end contact."""
_ASKS = re.compile(r"\?|^\W*(?:have|is|are|do|who)\b", re.IGNORECASE)


class LinkMe(OnwardAction):
    """They say who they are, or that their number is another: find out by a code, never by a name."""

    action = "action_link_me"

    def answer(self, talk: Talk) -> None:
        if talk.young_person_id is not None:
            talk.say("link_already")
            return
        begin_link(talk, lost=talk.intent == "link_lost")


def begin_link(talk: Talk, *, lost: bool = False) -> None:
    """Start asking: the number they had, a first name on a shared phone, or what the team needs to look for them."""
    stage = "details" if lost else ("first_name" if is_shared(talk) else "number")
    talk.remember(link={"stage": stage, "again": False}, offered=None)
    talk.follow = "link_form"


class AskLinkAnswer(OnwardAction):
    """Ask what the stage needs."""

    action = "action_ask_link_answer"

    def answer(self, talk: Talk) -> None:
        state = _state(talk)
        talk.say("link_question", stage=state["stage"], again=bool(state.get("again")))


class ValidateLinkForm(OnwardAction):
    """Take the number, the first name or the details. None of it is remembered."""

    action = "validate_link_form"

    def answer(self, talk: Talk) -> None:
        said = talk.slot("link_answer")
        if not isinstance(said, str) or talk.slot("requested_slot") != "link_answer":
            return
        stage = _state(talk)["stage"]
        if talk.intent in ("never_mind", "bye"):
            self._end(talk, "link_stopped")
        elif stage == "number":
            self._number(talk)
        elif stage == "first_name":
            self._first_name(talk)
        else:
            self._details(talk)

    def _number(self, talk: Talk) -> None:
        number = number_in(talk.text)
        if number is not None:
            talk.effect(AskLinkCode(number=number))
            talk.remember(code_asked=talk.now.isoformat(timespec="minutes"))
            self._end(talk, "link_sent")
        elif _LOST.search(talk.text) or talk.intent in ("dont_know", "skip", "deny", "link_lost") or _again(talk):
            talk.remember(link={"stage": "details", "again": False}, link_answer=None)
        else:
            talk.remember(link={"stage": "number", "again": True}, link_answer=None)

    def _first_name(self, talk: Talk) -> None:
        name = _name(talk.text) or (talk.text.strip() if len(talk.text.split()) <= 2 else "")
        name = name.strip(" .!?,")
        if not name or talk.intent in ("dont_know", "skip", "deny"):
            hand_over(
                talk,
                reason="Somebody on a shared phone asked about their own record, and did not say who they are.",
                words=talk.text,
                urgency="routine",
                topic="identity_check",
            )
            talk.remember(link=None, link_answer="done")
            return
        talk.effect(LinkSharer(first_name=name[:40]))
        talk.remember(shared_at=talk.now.isoformat(timespec="minutes"))
        self._end(talk, "link_name", outcome=None)

    def _details(self, talk: Talk) -> None:
        if talk.intent in ("deny", "skip"):
            self._end(talk, "link_stopped")
            return
        talk.effect(
            OpenEscalation(
                about="identity_check",
                reason="Says who they are, from a number or chat in nobody's record. Check it before you link them.",
                words=talk.text,
                detail={"topic": "identity_check"},
            )
        )
        self._end(talk, "link_team")

    def _end(self, talk: Talk, key: str, **args: Any) -> None:
        talk.say(key, **args)
        talk.remember(link=None, link_answer="done")


class LinkDone(OnwardAction):
    """The form has closed: nothing of it stays."""

    action = "action_link_done"

    def answer(self, talk: Talk) -> None:
        talk.remember(link=None, link_answer=None)


class TryCode(OnwardAction):
    """Six digits: the commit tries them, and says how it went."""

    action = "action_try_code"

    def answer(self, talk: Talk) -> None:
        found = _DIGITS.search(talk.text)
        waits = talk.slot("code_asked") or waits_for_code(talk.session, talk.conversation_id, talk.now)
        if found is None or not waits:
            talk.say("link_tried", outcome="linked" if talk.young_person_id else "none")
            return
        talk.effect(TryLinkCode(code="".join(one for one in found.group() if one.isdecimal())))
        # how it went is put in by the commit
        talk.say("link_tried", outcome="none")


class CallMe(OnwardAction):
    """What they want to be called."""

    action = "action_call_me"

    def answer(self, talk: Talk) -> None:
        name = _name(talk.text)
        if name is None:
            talk.say("call_me_how")
        elif talk.young_person is None:
            talk.say("call_me_not_linked")
        else:
            talk.effect(SetKnownAs(name=name))
            talk.say("call_me", called=name)


class NewNumber(OnwardAction):
    """Another phone number: nothing is changed on their word alone; their adviser checks it."""

    action = "action_new_number"

    def answer(self, talk: Talk) -> None:
        if talk.young_person is None:
            begin_link(talk)
            return
        answering = who(talk)
        talk.effect(
            OpenEscalation(
                about="new_number",
                reason="Says that they have a new phone number. Check that it is theirs, then change the record.",
                adviser_id=answering["adviser_id"],
                detail={"topic": "new_number"},
            )
        )
        talk.say("new_number", adviser=answering["adviser"])


class WrongNumber(OnwardAction):
    """The number is somebody else's: contact ends, and whoever writes learns nothing."""

    action = "action_wrong_number"

    def answer(self, talk: Talk) -> None:
        conversation = talk.session.get_one(Conversation, talk.conversation_id)
        if standing(talk.session, conversation.channel, conversation.address) == "wrong_number":
            talk.say("wrong_number_noted")
            return
        sure = _SURELY_WRONG.search(talk.text) and not _ASKS.search(talk.text)
        if talk.channel != "sms" or not sure:
            talk.say("wrong_number", adviser=None, nation=None)
            offer_person(talk, "wrong_number")
            return
        answering = who(talk)
        # before the note, which takes the number off the record
        talk.effect(
            OpenEscalation(
                about="wrong_number",
                reason="Whoever has this number says it is not the young person's. Contact ended: find the new one.",
                adviser_id=answering["adviser_id"],
                detail={"topic": "wrong_number"},
            )
        )
        talk.effect(NoteAddress(note="wrong_number"))
        talk.say("wrong_number_noted")
        talk.remember(**dict.fromkeys(("money", "money_told", "offered", "course")))


def not_linked(talk: Talk, key: str) -> None:
    """Something personal was asked by nobody that is known: say how they can be linked, and offer a person.

    On a phone that several share, a first name is all it takes: that is asked at once.
    """
    if is_shared(talk):
        begin_link(talk)
        return
    talk.say(key)
    offer_person(talk, "identity")


def number_in(text: str) -> str | None:
    """The British phone number in a message, as E.164; None where there is none."""
    for match in phonenumbers.PhoneNumberMatcher(text, "GB", leniency=phonenumbers.Leniency.POSSIBLE):
        if len(str(match.number.national_number)) >= 9:
            return str(phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164))
    return None


def _name(text: str) -> str | None:
    """The name in "call me jay", in capitals as names are written; None where there is none."""
    found = _CALLED.search(text)
    if found is None:
        return None
    words = [word for word in found.group("name").split() if word.lower() not in _NO_NAMES]
    if text[found.end() : found.end() + 1] == "*":
        # half of a word that they starred out is no name
        return None
    if not words or len(words[0]) > 25 or found.group("name").split()[0].lower() in _NO_NAMES:
        return None
    return " ".join(word[:1].upper() + word[1:] for word in words)


def is_shared(talk: Talk) -> bool:
    """Whether several in the record have the number that this comes from."""
    conversation = talk.session.get_one(Conversation, talk.conversation_id)
    return conversation.channel == "sms" and len(sharers(talk.session, conversation.address)) > 1


def _again(talk: Talk) -> bool:
    return bool(_state(talk).get("again"))


def _state(talk: Talk) -> dict[str, Any]:
    kept = talk.slot("link")
    return kept if isinstance(kept, dict) else {"stage": "number", "again": False}
