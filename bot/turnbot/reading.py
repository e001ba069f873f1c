"""What a message means beside what was just asked or offered. Pure Python.

By itself "2" is a number and "nah" a no. Here it is read by the record of what stands: the list in the slot
``offered``, and the question in the state's ``thread``. Where two things could be meant, it is asked which, once.
"""

import re
from datetime import datetime
from typing import Any, Dict, List, Optional

from turnbot import telling
from turnbot.answers import Answer, Answers
from turnbot.choice import NAMED, Ask, Parsed, Read, Reading, intent_of, level, pick, ranked, unpacked, which
from turnbot.correction import LEVELS, PICKS, correction
from turnbot.followups import FollowUps, is_open
from turnbot.thread import ANSWERED, LISTS, State, Thread, standing

_AND_THAT = re.compile(
    r"^\W*(?:(?:and|n|ok and|wh?at about|wot about|how about|what abt)\s+(.+)|(?:no|nah|oops|sorry)\W+(the .+))$",
    re.IGNORECASE,
)
_NAMES_ONE = re.compile(r"\b(?:one|1|wun|course)\W*(?:pls|please|plz|then|thanks|x+)?\W*$", re.IGNORECASE)
_NAMES_NONE = re.compile(
    r"^\W*(?:is|are|do|does|any|how|what|wat|wot|when|wen|where|which|who|why|can|could|find|show|more|no|nah|not)\b|"
    r"\b(?:a|an|another|different|new|any|other|near\w*|clos\w*|cheap\w*|easi\w*|easy|hard\w*|best|better|short\w*|"
    r"soon\w*|quick\w*|free|number|num)\b",
    re.IGNORECASE,
)
"""A question, or a wish that has to be looked for: no name of a line that stands."""
_POINTS = re.compile(r"\b(?:the|that|this|dat|da)\b", re.IGNORECASE)
_CODE = re.compile(r"^\W*(?:(?:the |my |its |it's )*(?:code)?(?: is)?\W*)?(?:\d[\s-]?){6}\W*$", re.IGNORECASE)
"""A one-time code, while one is waited for."""
_NATION = re.compile(
    r"^\W*(?:(?:i'?m|i|we|live|from|in|its|yn) )*(?:england|wales|scotland|northern ireland|n ireland|lloegr|"
    r"cymru|nghymru|yr alban|gogledd iwerddon)\W*(?:please|pls)?\W*$",
    re.IGNORECASE,
)
"""A nation by itself, after money was spoken of in general."""
_RECYCLED = re.compile(
    r"\bwho(?:'?s| is|se)?\b.*\b(?:just|only)\s+(?:got|had)\s+this\s+(?:number|sim|phone)\b|"
    r"\b(?:just|only)\s+(?:got|had)\s+this\s+(?:number|sim|phone)\b.*\bwho\b",
    re.IGNORECASE,
)
""" "whos this? ive just got this number": the number went to somebody else."""
MOST_WORDS_OF_A_NAME = 6
FEW_WORDS = 3
READ_BACK = "read_back"
"""What an offer of a person is about where what is down for them was read to them."""
_RIGHT = re.compile(r"\b(?:right|correct|true|good|fine|iawn|gywir|wir)\b", re.IGNORECASE)

SEARCH_QUESTIONS = {"ask_where": "place", "ask_level": "level", "ask_start": "start"}
"""Questions of the search, and the wish that each asks for."""

CHANGES = {"level": "ask_level", "place": "ask_where", "start": "ask_start"}


class Reader:
    """Reads messages beside the state, by the words of ``data/replies.yml`` and the questions of follow-up."""

    def __init__(self, answers: Answers, followups: Optional[FollowUps] = None) -> None:
        self._answers = answers
        self._followups = followups or FollowUps()

    def read(self, text: str, parsed: Parsed, state: State, now: Optional[datetime]) -> Read:
        """What the context makes of the message; None where it says what it says by itself."""
        thread = state.get("thread") or {}
        offered = standing(state, now)
        if state["slots"].get("code_asked") and _CODE.match(text):
            return Reading("link_code", text, parsed, entities=[], alone=intent_of(parsed))
        if is_open(state) and not thread.get("choice"):
            listed = telling.list_stands(state, now)
            found = self._followups.read(text, self._answers.read(text), parsed, state, listed)
            if found is not None:
                return found
        if state["slots"].get("money_nation") and state["loop"] is None and _NATION.match(text):
            return Reading("money_help", text, parsed, entities=[], alone=intent_of(parsed))
        if _RECYCLED.search(text) and state["loop"] is None:
            return Reading("wrong_number", text, parsed, entities=[], alone=intent_of(parsed))
        if not thread and offered is None:
            # "no i meant level 2" may follow a search that found nothing to offer
            return (
                correction(self._answers, text, parsed, state, None, thread) if state["slots"].get("searched") else None
            )
        if state["loop"] == telling.FORM and telling.list_stands(state, now):
            state = {**state, "loop": None, "requested": None}
        if state["loop"] not in (None, "course_form"):
            return None
        if offered is not None and offered.get("kind") == "person" and telling.passes_on(text):
            return Reading("affirm", text, parsed, entities=[], alone=intent_of(parsed))
        answer = self._answers.read(text)
        if offered is not None and offered.get("topic") == READ_BACK and _agrees(text, answer, parsed):
            # "yeah thats right", after what is down for them: it is no wish for a person
            return Reading("acknowledge", text, parsed, entities=[], alone=intent_of(parsed))
        read = self._beside(text, answer, parsed, state, thread, offered)
        if isinstance(read, Ask) and read.key == "which_meant" and thread.get("choice"):
            # they said the number again: it is asked once, and a list is what numbers are for
            return unpacked(read.more["choice"]["readings"][0], text, parsed, thread, offered)
        return read

    def _beside(
        self,
        text: str,
        answer: Optional[Answer],
        parsed: Parsed,
        state: State,
        thread: Thread,
        offered: Optional[Dict[str, Any]],
    ) -> Read:
        return (
            self._of_choice(text, answer, parsed, thread, offered)
            or self._kept(text, answer, parsed, thread, offered)
            or self._to_question(text, answer, parsed, state, thread, offered)
            or self._same_of(text, parsed, state, offered)
            or (self._to_offer(text, answer, parsed, state, thread, offered) if answer else None)
            or self._named(text, parsed, state, thread, offered)
            or correction(self._answers, text, parsed, state, offered, thread)
        )

    def _of_choice(
        self, text: str, answer: Optional[Answer], parsed: Parsed, thread: Thread, offered: Optional[Dict[str, Any]]
    ) -> Read:
        """The answer to "do you mean this or that?"."""
        choice = thread.get("choice")
        if not choice:
            return None
        readings: List[Dict[str, Any]] = choice["readings"]
        picked: Optional[Dict[str, Any]] = None
        said = _plain(text)
        by_word = [one for one in readings if said in NAMED.get(one.get("name", ""), ())]
        if by_word:
            picked = by_word[0]
        elif choice.get("numbered") and answer and answer.kind == "number" and len(answer.numbers) == 1:
            number = answer.numbers[0]
            if number == -1 or 1 <= number <= len(readings):
                picked = readings[number if number == -1 else number - 1]
        elif choice.get("numbered") and answer and answer.kind in ("both", "all", "any", "yes"):
            return Reading("both", text, parsed, hints={"both": readings})
        elif choice.get("numbered") and answer and answer.kind in ("no", "neither"):
            return Reading("nlu_fallback", text, parsed, alone=intent_of(parsed))
        elif choice.get("numbered") and not answer and len(text.split()) <= FEW_WORDS:
            # "the money one", "cost": beside two known meanings, little is enough
            likely = ranked(parsed)[:3]
            near = [one for one in readings if one["intent"] in likely]
            picked = min(near, key=lambda one: likely.index(one["intent"])) if near else None
        return unpacked(picked, text, parsed, thread, offered) if picked else None

    def _kept(
        self, text: str, answer: Optional[Answer], parsed: Parsed, thread: Thread, offered: Optional[Dict[str, Any]]
    ) -> Read:
        """Yes to "shall I answer that next?"."""
        kept = thread.get("kept")
        if not kept or not answer:
            return None
        just_asked = thread.get("asked") == "kept_questions"
        if answer.kind in ("yes", "ok", "other") and (just_asked or offered is None):
            return unpacked(kept[0], text, parsed, thread, offered)
        if answer.kind == "number" and answer.numbers == (1,) and offered is None:
            return unpacked(kept[0], text, parsed, thread, offered)
        if answer.kind in ("no", "neither") and just_asked:
            return Reading("never_mind", text, parsed, alone=intent_of(parsed), hints={"drop_kept": True})
        return None

    def _to_question(
        self,
        text: str,
        answer: Optional[Answer],
        parsed: Parsed,
        state: State,
        thread: Thread,
        offered: Optional[Dict[str, Any]],
    ) -> Read:
        """The answer to an open question of the search: which town, which level, what to change."""
        asked = thread.get("asked")
        plain = answer is not None and answer.kind == "number" and len(answer.numbers) == 1 and not answer.ordinal
        number = answer.numbers[0] if plain and answer else 0
        if asked in SEARCH_QUESTIONS:
            wish = SEARCH_QUESTIONS[asked]
            if answer and answer.kind in ("any", "all", "both", "unsure", "no", "neither"):
                return Reading("find_courses", text, parsed, entities=[], hints={"any": wish}, alone=intent_of(parsed))
            if len(text.split()) <= MOST_WORDS_OF_A_NAME and any(e["entity"] == wish for e in parsed["entities"]):
                return Reading("find_courses", text, parsed, alone=intent_of(parsed))
            if asked == "ask_level" and number in LEVELS:
                return level(number, text, parsed)
        if asked == "none_of_these":
            what_to = self._answers.change(text)
            if what_to == "subject":
                return Reading("find_courses", "something else", parsed, entities=[], alone=intent_of(parsed))
            if what_to:
                return Ask(CHANGES[what_to], {})
            before = thread.get("earlier")
            if number in LEVELS:
                if before and number <= len(before["items"]):
                    return which(text, parsed, number, "level")
                return level(number, text, parsed)
        return None

    def _to_offer(
        self,
        text: str,
        answer: Answer,
        parsed: Parsed,
        state: State,
        thread: Thread,
        offered: Optional[Dict[str, Any]],
    ) -> Read:
        """A number, a yes or a no to what stands on offer."""
        kind = offered.get("kind") if offered else None
        earlier = thread.get("earlier")
        in_form = state["loop"] is not None
        alone = intent_of(parsed)
        if answer.kind == "number":
            numbers = list(answer.numbers)
            if kind == "person" and offered and offered.get("topic") != "not_understood":
                if answer.ordinal and earlier:
                    return pick(text, parsed, numbers, offered=earlier, outside=in_form)
                if numbers == [1] and earlier and thread.get("same"):
                    return which(text, parsed, 1, "person")
                if min(numbers) != 1 and earlier:
                    return pick(text, parsed, numbers, offered=earlier, outside=in_form)
            elif kind == "money_check" and earlier:
                if answer.ordinal or min(numbers) < 1 or max(numbers) > len((offered or {}).get("items") or []):
                    return pick(text, parsed, numbers, offered=earlier, outside=in_form)
                if thread.get("same"):
                    return which(text, parsed, numbers[0], "money")
            elif kind in LISTS and thread.get("beside") and not answer.ordinal:
                beside = thread["beside"]
                if beside["kind"] == "money_check" and min(numbers) >= 1 and max(numbers) <= len(beside["items"]):
                    return which(text, parsed, numbers[0], "money", beside)
                if beside["kind"] == "person" and numbers == [1]:
                    return which(text, parsed, 1, "person", beside)
            elif kind is None and earlier:
                return pick(text, parsed, numbers, offered=earlier, outside=in_form)
            return pick(text, parsed, numbers, outside=in_form) if kind else None
        if in_form and not (kind in ANSWERED and answer.kind == "yes"):
            return None
        if kind in ANSWERED:
            to = {"yes": "affirm", "no": "deny", "neither": "deny", "unsure": "dont_know", "any": "acknowledge"}
            intent = to.get(answer.kind)
            return Reading(intent, text, parsed, entities=[], alone=alone, outside=in_form) if intent else None
        if kind in PICKS:
            if answer.kind in ("both", "all", "any", "that", "other"):
                return Reading("choose", text, parsed, entities=[], hints={"pick": answer.kind}, alone=alone)
            intent = {"yes": "affirm", "no": "deny", "neither": "deny", "unsure": "dont_know"}.get(answer.kind)
            return Reading(intent, text, parsed, entities=[], alone=alone) if intent else None
        if answer.kind in ("that", "other", "both") and earlier:
            hints = {"pick": answer.kind}
            return Reading("choose", text, parsed, entities=[], hints=hints, offered=earlier, alone=alone)
        return None

    def _named(
        self, text: str, parsed: Parsed, state: State, thread: Thread, offered: Optional[Dict[str, Any]]
    ) -> Read:
        """ "the margate one", of a list that stands: which of them it is, the action knows."""
        stands = offered is not None and offered.get("kind") in LISTS
        listed = offered if stands else thread.get("earlier")
        if listed is None or state["loop"] or not _NAMES_ONE.search(text):
            return None
        words = len(text.split())
        pointed = _POINTS.search(text) or parsed["entities"] or words <= 3
        if words > MOST_WORDS_OF_A_NAME or not pointed or _NAMES_NONE.search(text):
            return None
        put_back = None if stands else listed
        return Reading("choose", text, parsed, hints={"pick": "named"}, offered=put_back, alone=intent_of(parsed))

    def _same_of(self, text: str, parsed: Parsed, state: State, offered: Optional[Dict[str, Any]]) -> Read:
        """ "and the second one?" after a question about the first: the same question about another."""
        found = _AND_THAT.match(text)
        if not found or offered is None or offered.get("kind") != "courses" or state["loop"]:
            return None
        answer = self._answers.read(found.group(1) or found.group(2))
        if answer and answer.kind == "number":
            return pick(text, parsed, list(answer.numbers), hints={"same": True})
        if answer and answer.kind == "other":
            return Reading("choose", text, parsed, entities=[], hints={"pick": "other", "same": True})
        return None


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("'", "").strip(" .!?,").split())


def _agrees(text: str, answer: Optional[Answer], parsed: Parsed) -> bool:
    agreed = answer is not None and answer.kind in ("yes", "ok")
    return agreed or (intent_of(parsed) == "affirm" and bool(_RIGHT.search(text)))
