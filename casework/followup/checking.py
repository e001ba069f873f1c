"""Looking over everything that plans are made of together: do the texts, the questions and the plans fit each other?"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from casework.activities.coding import Coding
from casework.followup.planfile import Book
from casework.followup.questions import Question
from casework.proofreading import NETWORK_WORDS
from casework.voice import DEFAULT, Voice

SOON = timedelta(days=42)
"""A day that nobody has confirmed is worth a warning so long before it comes."""
AHEAD = timedelta(days=180)
"""An event without a day in so long a time should get its next one."""
_INTENT = re.compile(r"^\s*- intent: *(\w+)", re.MULTILINE)
_NUMBERED = re.compile(r"^\s*(\d)\. ", re.MULTILINE)


def check_followup(data_dir: Path) -> list[str]:
    """What is wrong with plans and questions beside their own form. Raises ``BadData`` where a file cannot be read."""
    book, voice = Book.load(data_dir), Voice.load(data_dir)
    kinds, intents = frozenset(Coding.load(data_dir).file.kinds), _intents(data_dir)
    every = book.questions.by_key.values()
    found = [problem for question in every for problem in _question(question, voice, kinds, intents)]
    asked = {step.asks for plan in book.plans for step in plan.steps}
    asked |= {
        value
        for one in book.questions.by_key.values()
        for option in one.options
        for name, value in option.does
        if name == "ask"
    }
    found += [f"questions.yml: {key}: nothing asks it" for key in sorted(set(book.questions.by_key) - asked)]
    for plan in book.plans:
        for step in plan.steps:
            if step.says and step.says not in voice.texts[DEFAULT]:
                found.append(f"{plan.key}.yml: {step.says} is no text of data/texts/{DEFAULT}.yml")
    return found


def _intents(data_dir: Path) -> frozenset[str]:
    """Everything that the assistant is taught to understand."""
    files = sorted((data_dir / "nlu").rglob("*.yml"))
    return frozenset(name for path in files for name in _INTENT.findall(path.read_text(encoding="utf-8")))


def _question(question: Question, voice: Voice, kinds: frozenset[str], intents: frozenset[str]) -> Iterator[str]:
    where = f"questions.yml: {question.key}"
    for key in (question.text, question.unclear):
        if key and key not in voice.texts[DEFAULT]:
            yield f"{where}: {key} is no text of data/texts/{DEFAULT}.yml"
    for language, texts in voice.texts.items():
        text = texts.get(question.text)
        if text is not None:
            count = len(question.options)
            if _NUMBERED.findall(text.sources[0]) != [str(number) for number in range(1, count + 1)]:
                yield f"{where}: {language}.yml: {question.text} should number its {count} options from 1"
    taken: dict[str, str] = {}
    for option in question.options:
        for word in {*option.words, *option.means}:
            if word in NETWORK_WORDS | {"stop", "start"}:
                yield f"{where}: {option.key}: {word} is a word that the network acts on"
            if word in taken:
                yield f"{where}: {word} picks both {taken[word]} and {option.key}"
            taken[word] = option.key
        for intent in sorted(option.means - intents):
            yield f"{where}: {option.key}: {intent} is nothing that data/nlu has examples of"
        for name, value in option.does:
            if name == "say" and value not in voice.texts[DEFAULT]:
                yield f"{where}: {option.key}: {value} is no text of data/texts/{DEFAULT}.yml"
            if name == "record_activity" and value["kind"] not in kinds:
                yield f"{where}: {option.key}: {value['kind']} is no kind of activity_rules.yml"


def calendar_warnings(data_dir: Path, today: date) -> Iterator[str]:
    """Days of the calendar that somebody should look at: near and not confirmed, or missing for the time ahead."""
    calendar = Book.load(data_dir).calendar
    for name, events in sorted(calendar.events.items()):
        coming = [event for event in events if event.on >= today]
        if not coming:
            yield f"calendar.yml: {name} has no day after {today}; add the next one"
        elif not coming[0].confirmed and coming[0].on - today <= SOON:
            yield f"calendar.yml: {name} on {coming[0].on} is not confirmed"
    if calendar.terms and calendar.terms[-1][1] - today < AHEAD:
        yield f"calendar.yml: the last term that it knows ends on {calendar.terms[-1][1]}"
