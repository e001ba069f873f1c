"""One turn as it goes from question to question: what is said, what comes back, what is put by, what is last."""

import re
from typing import Any, Awaitable, Callable, Dict, List, Optional, Tuple

from turnbot import parts as splitting
from turnbot import telling
from turnbot.choice import Ask, Parsed, Reading, intent_of, packed, sureness
from turnbot.followups import let_be
from turnbot.parts import SOMEONE_ELSE, Part
from turnbot.thread import (
    AGAIN,
    ANSWERED,
    FORM_KEEPS,
    FORM_QUESTIONS,
    LISTS,
    State,
    Thread,
    after,
    moment,
    without_answers,
)
from turnbot.turn import Turn

ASIDES = frozenset(
    {
        *("money_help", "money_status", "money_payment_problem", "money_bank_account", "travel", "open_day", "jobs"),
        *("applications_status", "applications_news", "about_apprenticeships", "activity_working", "activity_started"),
        *("activity_other", "course_entry", "course_start", "course_days", "course_cost", "course_kit", "course_apply"),
        *("course_leads_to", "course_taster", "course_where", "course_places", "record_read"),
    }
)
"""Questions that may be asked in the middle of "what would you like to learn?" without leaving it."""

ASIDE_FROM = 0.5
"""Confidence from which a message is such a question, and not the answer."""

SMALL_ASIDES = frozenset({"are_you_real", "who_are_you", "privacy", "who_is_my_adviser", "how_are_you", "thanks"})
"""Asides that Rasa's own forms come back from."""

SAID_BACK = 40
"""Characters of their own words that a notice says back."""

GENERAL = frozenset({"cost_general", "apply_general", "travel"})
"""Answers without a course that ask which one is meant."""

REPLIES_ON_SMS = 2
"""Text messages that one message is answered with, before the rest is kept for next."""

LEAVES = frozenset(
    {
        *("talk_to_person", "complaint", "upset", "stop_messages", "delete_data", "wrong_number", "someone_else"),
        *("money_payment_problem", "activity_left", "activity_thinking_of_leaving"),
    }
)
"""What ends a form of private questions: it is not asked again after these."""

PRIVATE_ASIDES = frozenset(
    {
        *("find_courses", "find_apprenticeships", "travel", "open_day", "jobs", "about_apprenticeships", "privacy"),
        *("course_entry", "course_start", "course_cost", "money_help", "money_bank_account", "who_is_my_adviser"),
        *("are_you_real", "who_are_you", "how_are_you", "thanks", "what_can_you_do", "insult", "applications_status"),
        "record_read",
    }
)
"""Questions that may be asked in the middle of private ones, and are answered before the form goes on."""

PRIVATE_FROM = 0.6
PRIVATE_WORDS = 2
"""How sure such a message must be understood, and its words: "college" and "yes" are answers."""

_PLACES = re.compile(
    r"\b(?:college|colleg|coleg|school|ysgol|sixth|6th|training|app?rentic\w*|job|work)\b", re.IGNORECASE
)

Handle = Callable[[str, Parsed, Dict[str, Any]], Awaitable[State]]


class OneTurn:
    """The turn as it goes from question to question."""

    def __init__(self, turn: Turn, given: State, context: Dict[str, Any]) -> None:
        self._turn, self._given, self._context = turn, given, context
        self.state = given
        self._thread: Thread = given.get("thread") or {}
        self._lists: List[Dict[str, Any]] = []
        self._offer: Optional[Dict[str, Any]] = None
        self._more: Thread = {}
        self._told: List[Dict[str, Any]] = []
        self._question: Optional[Tuple[str, Dict[str, Any]]] = None
        self._first: Optional[Reading] = None
        self._carry_kept()

    def ask(self, ask: Ask) -> State:
        """Ask something without acting; everything else stays as it is."""
        self._turn.said.append({"say": ask.key, "args": ask.args})
        slots = self.state["slots"] if ask.misses is None else {**self.state["slots"], "misses": ask.misses}
        self.state = {**self.state, "slots": slots}
        self._more.update(ask.more)
        if self._thread.get("earlier"):
            self._more.setdefault("earlier", self._thread["earlier"])
        return self.close()

    async def run(self, reading: Reading, handle: Handle, part: Optional[Part] = None, *, more: bool = False) -> None:
        """Act on one question in the state that the one before it left. ``more``: another one follows."""
        self._first = self._first or reading
        before, said = self.state, len(self._turn.said)
        aside = before["loop"] is not None and (reading.outside or _is_aside(reading, before))
        slots = {**before["slots"], "offered": reading.offered} if reading.offered else before["slots"]
        start: State = {"v": before["v"], "slots": slots, "loop": before["loop"], "requested": before["requested"]}
        if aside:
            start = {**start, "loop": None, "requested": None}
        self._turn.state = start
        more = more or (aside and before["loop"] == "course_form")
        new = await handle(reading.text, _as_parsed(reading), self._metadata(reading, more))
        self._note_list(before, new)
        if reading.intent == SOMEONE_ELSE:
            self._more.pop("kept", None)
        if aside and new["loop"] is None and self._comes_back(reading, before, new):
            new = {**new, "loop": before["loop"], "requested": before["requested"]}
            # "thanks" wants nothing, and may follow something graver: a private question is not pressed then
            polite = before["loop"] in FORM_KEEPS and reading.intent == "thanks"
            if not reading.outside and not polite and reading.intent != SOMEONE_ELSE:
                self._ask_again(FORM_QUESTIONS.get(str(before["loop"])))
            if not reading.outside and reading.intent not in (SOMEONE_ELSE, "thanks"):
                self._ask_told_again(before)
        elif new["loop"] is not None and new["loop"] == before["loop"]:
            self._shorten(said, FORM_QUESTIONS.get(str(new["loop"])))
        elif new["loop"] is not None:
            self._put_last(said, str(new["loop"]))
        elif before["loop"] is None and part is None and self._is_beside_the_question(reading):
            self._ask_again(self._thread["asked"])
        if reading.intent == SOMEONE_ELSE:
            self._more["guest"] = True
        self._say_once(said)
        self.state = new
        if part is not None:
            self._told.append(_told(part, reading))
        if reading.hints.get("drop_kept"):
            self._more.pop("kept", None)
        elif reading.hints.get("words"):
            self._answered(reading)

    def full(self, part: Part) -> bool:
        """Whether this question must wait: there are texts enough, or there would be two lists to pick from."""
        keys = [m for m in self._turn.said if "say" in m]
        if self._context.get("channel") == "sms" and len(keys) >= REPLIES_ON_SMS and not self._all_short(part):
            return True
        lists_too = part.intent in splitting.LISTS or any(e["entity"] == "subject" for e in part.parsed["entities"])
        return bool(self._lists) and lists_too

    def keep(self, left: List[Part], offset: int) -> None:
        """Put questions by, and say which."""
        message = self._context.get("message_id")
        kept = [
            {**packed(p.intent, p.parsed["entities"], message, (offset + p.start, offset + p.end)), "about": about(p)}
            for p in left
        ]
        self._more["kept"] = kept
        self._told += [{**_told(part, None), "kept": True} for part in left]
        self._say_kept()

    def close(self) -> State:
        """The new state, once all is said."""
        if self._question is not None and self.state["loop"] == self._question[0]:
            self._turn.said.append(self._question[1])
        keys = [str(m["say"]) for m in self._turn.said if "say" in m]
        if self.state["loop"] is not None and (self._thread.get("again") or self._more.get("again")):
            self._more["again"] = True
        bare = without_answers({name: value for name, value in self.state.items() if name != "thread"})
        thread = after(self._given, bare, keys=keys, lists=self._lists, at=self._context.get("now"), more=self._more)
        return {**bare, "thread": thread} if thread else bare

    def understood(self, parsed: Parsed) -> Parsed:
        """What was understood, for the record: the parse, what the context made of it, and the parts."""
        first = self._first
        known = _as_parsed(first) if first is not None else parsed
        alone = first.alone if first is not None and first.alone != first.intent else None
        made: Parsed = {**known, "alone": alone} if alone else dict(known)
        if self._told:
            made["parts"] = self._told
        return made

    def _all_short(self, part: Part) -> bool:
        return part.intent in splitting.SHORT and all(told["intent"] in splitting.SHORT for told in self._told)

    def _metadata(self, reading: Reading, more: bool) -> Dict[str, Any]:
        hints = {name: value for name, value in reading.hints.items() if name != "drop_kept"}
        if more:
            hints["more"] = True
        if not hints and reading.message_id is None:
            return self._context
        changed = {**self._context, "reading": hints}
        return {**changed, "message_id": reading.message_id} if reading.message_id is not None else changed

    def _note_list(self, before: State, new: State) -> None:
        offered = new["slots"].get("offered")
        if not isinstance(offered, dict) or offered == before["slots"].get("offered"):
            return
        if offered.get("kind") in ANSWERED:
            self._offer = offered
        elif offered.get("kind") in LISTS:
            self._lists.append(offered)
            if self._offer is not None:
                # "send 1 to start" was said too: a number may be for that
                self._more["beside"] = self._offer

    def _is_beside_the_question(self, reading: Reading) -> bool:
        aside = reading.alone is None and reading.intent in ASIDES | SMALL_ASIDES
        return aside and self._thread.get("asked") in AGAIN and not self._lists

    def _comes_back(self, reading: Reading, before: State, new: State) -> bool:
        if reading.outside:
            return reading.intent == "deny"
        if before["loop"] == telling.FORM:
            return telling.stays_open(reading, before) and new["slots"].get("telling") is not None
        if before["loop"] in FORM_KEEPS and reading.intent in LEAVES:
            return False
        # "what grades for plumbing" found courses: that answers what was asked
        return not self._lists

    def _ask_again(self, question: Optional[str]) -> None:
        if question is None or self._thread.get("again") or self._more.get("again") or self._question is not None:
            return
        self._more["again"] = True
        self._turn.said.append({"say": AGAIN[question], "args": {}})

    def _ask_told_again(self, before: State) -> None:
        if before["loop"] != telling.FORM or self._thread.get("again") or self._more.get("again"):
            return
        if self._lists or telling.list_stands(before, moment(self._context.get("now"))):
            return
        asked = before["slots"].get("telling") or {}
        if asked.get("about") == "followup" and let_be(asked):
            return
        self._more["again"] = True
        if asked.get("about") == "followup":
            about = (asked.get("more") or {}).get("about") or {}
            self._turn.said.append({"say": "followup_again", "args": {"ask": asked.get("ask"), "about": about}})
            return
        self._turn.said.append({"say": "told_again", "args": {"about": asked.get("about"), "ask": asked.get("ask")}})

    def _shorten(self, since: int, question: Optional[str]) -> None:
        """A form that came back by itself has asked its whole question again: once, and in short, is enough."""
        said = self._turn.said[since:]
        if question is None or len([m for m in said if "say" in m]) < 2 or said[-1].get("say") != question:
            return
        self._turn.said.pop()
        self._ask_again(question)

    def _say_once(self, since: int) -> None:
        """Two questions may come to the same ("which one do you mean?"): that is said once."""
        before = self._turn.said[:since]
        general = any(m.get("say") in GENERAL for m in before)
        self._turn.said[since:] = [
            m
            for m in self._turn.said[since:]
            if "say" not in m or not (m in before or (general and m["say"] == "no_course_in_mind"))
        ]

    def _put_last(self, since: int, loop: str) -> None:
        question = FORM_QUESTIONS.get(loop)
        for at in range(len(self._turn.said) - 1, since - 1, -1):
            if self._turn.said[at].get("say") == question:
                self._question = (loop, self._turn.said.pop(at))
                return

    def _carry_kept(self) -> None:
        # a question that was put by waits for one message more, and then it is let go
        if self._thread.get("kept") and self._thread.get("asked") == "kept_questions":
            self._more["kept"] = self._thread["kept"]

    def _answered(self, reading: Reading) -> None:
        kept = [
            one
            for one in self._thread.get("kept") or []
            if (one["intent"], one["span"]) != (reading.intent, reading.hints["words"]["span"])
        ]
        if len(kept) == len(self._thread.get("kept") or []):
            return
        self._more["kept"] = kept
        if kept:
            self._say_kept()

    def _say_kept(self) -> None:
        questions = [{"intent": one["intent"], "about": one.get("about")} for one in self._more["kept"]]
        self._turn.said.append({"say": "kept_questions", "args": {"questions": questions}})


def _is_aside(reading: Reading, state: State) -> bool:
    if state["loop"] == telling.FORM:
        return not telling.belongs(reading, state)
    if state["loop"] in FORM_KEEPS:
        return _is_beside_private(reading)
    if state["loop"] != "course_form":
        return False
    if reading.intent == SOMEONE_ELSE:
        return True
    if reading.intent not in ASIDES or sureness(reading.parsed) < ASIDE_FROM:
        return False
    return not any(e["entity"] == "subject" for e in reading.parsed.get("entities") or [])


def _is_beside_private(reading: Reading) -> bool:
    """Whether a message in the middle of private questions is something else than an answer."""
    if reading.intent == SOMEONE_ELSE:
        return True
    sure = sureness(reading.parsed) >= PRIVATE_FROM
    if reading.intent in ("find_courses", "find_apprenticeships"):
        # "plumbing at college" says where they learn: only what asks, or names a subject alone, is a search
        subject = any(e["entity"] == "subject" for e in reading.parsed.get("entities") or [])
        return sure and bool(splitting.ASKING.search(reading.text) or (subject and not _PLACES.search(reading.text)))
    return sure and len(reading.text.split()) >= PRIVATE_WORDS and reading.intent in LEAVES | PRIVATE_ASIDES


def _as_parsed(reading: Reading) -> Parsed:
    parsed = reading.parsed
    if reading.intent == intent_of(parsed) and reading.entities is None and reading.text == parsed.get("text"):
        return parsed
    confidence = sureness(parsed) if reading.intent == intent_of(parsed) else 1.0
    return {
        **parsed,
        "text": reading.text,
        "intent": {"name": reading.intent, "confidence": confidence},
        "entities": list(parsed.get("entities") or []) if reading.entities is None else reading.entities,
    }


def about(part: Part) -> Optional[str]:
    """What a search that was put by is about, in their own words ("hair in dover"); None where its intent says it."""
    found = [e for e in part.parsed.get("entities") or [] if e["entity"] in ("subject", "place", "level")]
    if part.intent not in splitting.LISTS or not found:
        return None
    return part.text[min(e["start"] for e in found) : max(e["end"] for e in found)][:SAID_BACK]


def _told(part: Part, reading: Optional[Reading]) -> Dict[str, Any]:
    parsed = _as_parsed(reading) if reading is not None else part.parsed
    return {
        "intent": intent_of(parsed),
        "confidence": round(sureness(parsed), 4),
        "entities": [
            {"type": e["entity"], "value": e["value"], "text": part.text[e["start"] : e["end"]]}
            for e in parsed.get("entities") or []
        ],
        "text": part.text,
    }
