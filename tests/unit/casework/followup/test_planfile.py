"""Plans are read whole or refused, with a message that names the file and says what is wrong."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from casework.followup.calendar import Calendar
from casework.followup.planfile import Book, read_plan
from casework.followup.questions import Questions
from casework.yamlfile import BadData
from tests.unit.casework.followup.onpaper import DATA

CODES = frozenset({"820", "810"})
GOOD: dict[str, Any] = {
    "plan": "some_plan",
    "title": "A plan",
    "source": "a protocol",
    "checked_on": "2026-11-29",
    "importance": 3,
    "who": {"status": "neet"},
    "when": {"from": "neet_known", "after": "1 working day", "at": "11:00"},
    "steps": [{"ask": "neet_first"}, {"call": "soon", "wait": "2 days"}, {"close": "820", "wait": "1 month"}],
    "late": {"after": "3 days", "then": "drop"},
    "why": "NEET since {neet_since}",
}


def read(content: Any) -> Any:
    return read_plan(Path("some_plan.yml"), content, Calendar.load(DATA), Questions.load(DATA), CODES)


def test_a_plan_is_read_with_everything_it_says() -> None:
    plan = read(GOOD | {"repeat": {"by": "need", "high": "1 week", "medium": "2 weeks", "low": "4 weeks", "most": 9}})
    assert [step.kind for step in plan.steps] == ["text", "call", "close"]
    assert [step.what for step in plan.steps] == ["neet_first", "call", "close"]
    assert plan.repeat
    assert str(plan.repeat.span("medium")) == "2 weeks"
    assert plan.rules == {"exams": True}
    urgent = read(GOOD | {"urgent": True, "in_touch": {"within": "3 days"}, "unreachable": "skip", "term": "term"})
    assert urgent.rules == {"urgent": True, "term": "term", "in_touch_days": 3, "unreachable": "skip"}


def test_a_version_is_what_the_file_says_not_how_it_is_laid_out() -> None:
    assert read(GOOD).digest == read(dict(reversed(GOOD.items()))).digest
    assert read(GOOD).digest != read(GOOD | {"importance": 4}).digest


@pytest.mark.parametrize("missing", ["plan", "title", "source", "who", "when", "steps", "why", "late"])
def test_what_is_missing_is_named(missing: str) -> None:
    with pytest.raises(BadData, match=rf"some_plan\.yml: {missing} is missing"):
        read({name: value for name, value in GOOD.items() if name != missing})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"plan": "other"}, "must be called like its file, some_plan"),
        ({"whom": {}}, "has no use for whom; it knows .*who"),
        ({"importance": 10}, "whole number from 0"),
        ({"importance": True}, "whole number from 0"),
        ({"urgent": "very"}, "urgent is true or false"),
        ({"who": ["neet"]}, "conditions are lines of a fact"),
        ({"who": {"stauts": "neet"}}, '"stauts" is no fact. The facts are: .*status'),
        ({"who": {"age": "old"}}, "age must be a number, a list of numbers, or from and to"),
        ({"who": {"age": {"from": 18, "to": 16}}}, "age: from and to are whole numbers, in that order"),
        ({"who": {"age": {"from": "16"}}}, "age: from and to are whole numbers"),
        ({"who": {"age": {"above": 16}}}, "age must be a number"),
        ({"who": {"offer": "no"}}, "offer must be true or false"),
        ({"who": {"neet_since": "2026-01-01"}}, "neet_since can only be asked for as known or not_known"),
        ({"who": {"status": [{"neet": 1}]}}, "status must be a word or a list of words"),
        ({"who": {"status": []}}, "status must be a word or a list of words"),
        ({"who": {"any": {"status": "neet"}}}, "any needs a list of conditions"),
        ({"who": {"any": []}}, "any needs a list of conditions"),
        ({"who": {"not": "neet"}}, "conditions are lines of a fact"),
        ({"who": {"not": {"any": [{"colour": "red"}]}}}, '"colour" is no fact'),
        ({"when": "soon"}, "when has from"),
        ({"when": {"from": "neet_known", "on": "monday"}}, "when has from"),
        ({"when": {"from": "full_moon"}}, 'from: "full_moon" is nothing that dates hang on. There are: .*neet_known'),
        ({"when": {"from": "calendar.full_moon"}}, r"There are: .*calendar\.gcse_results"),
        ({"when": {"from": "neet_known", "after": "1 day", "before": "1 day"}}, "either after or before"),
        ({"when": {"from": "neet_known", "after": "soon"}}, 'after: "soon" is no length of time: write it as'),
        ({"when": {"from": "neet_known", "at": "teatime"}}, 'at is a time of the day, in quotes, as in "16:00"'),
        ({"steps": {"ask": "neet_first"}}, "steps is a list"),
        ({"steps": ["neet_first"]}, "step 1 is one of ask, say, call and close"),
        ({"steps": [{"ask": "neet_first", "say": "x"}]}, "step 1 is one of ask"),
        ({"steps": [{"ask": "neet_first", "when": "now"}]}, "step 1 is one of ask"),
        ({"steps": [{"ask": "neet_first", "wait": "1 day"}]}, "step 1: the first has no wait"),
        ({"steps": [{"ask": "neet_first"}, {"call": "soon"}]}, "step 2: it needs a wait"),
        ({"steps": [{"ask": "why_not"}]}, "step 1: why_not is no question of questions.yml"),
        ({"steps": [{"call": "yesterday"}]}, "step 1: call is one of urgent, soon, routine"),
        ({"steps": [{"close": "999"}]}, "step 1: 999 is no activity code"),
        ({"repeat": "weekly"}, "repeat has by: need"),
        ({"repeat": {"by": "need", "high": "1 week"}}, "by: need has a length of time for high, medium and low"),
        ({"repeat": {"most": 3}}, "otherwise there is every"),
        ({"repeat": {"every": "1 week", "most": 0}}, "most is a whole number, 1 or more"),
        ({"late": {"after": "3 days"}}, "late has after"),
        ({"late": {"after": "3 days", "then": "shrug"}}, "then: send, next_window or drop"),
        ({"late": "3 days"}, "late has after"),
        ({"in_touch": "3 days"}, "in_touch has within"),
        ({"in_touch": {"within": "a bit"}}, 'within: "a bit" is no length of time'),
        ({"unreachable": "shrug"}, "unreachable is one of call, skip"),
        ({"term": "winter"}, "term is one of any, term, holidays"),
        ({"exams": "sit"}, "exams is one of hold, ignore"),
        ({"why": "since {forever}"}, "why: forever is no fact"),
    ],
)
def test_what_is_wrong_is_said_with_the_file_it_is_in(change: dict[str, Any], says: str) -> None:
    with pytest.raises(BadData, match=rf"^some_plan\.yml: .*{says}"):
        read(GOOD | change)


def test_a_file_that_is_no_plan_is_refused() -> None:
    with pytest.raises(BadData, match="lines of a word"):
        read(["plan"])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    shutil.copytree(DATA / "plans", tmp_path / "plans")
    shutil.copy(DATA / "nccis.yml", tmp_path)
    return tmp_path


def test_a_folder_without_plans_is_refused(data: Path) -> None:
    assert len(Book.load(data).plans) == len(list((data / "plans" / "follow-up").glob("*.yml")))
    shutil.rmtree(data / "plans" / "follow-up")
    with pytest.raises(BadData, match="there are no plans"):
        Book.load(data / ".." / data.name)


WRONG = [
    ("questions.yml", {"q": {"text": "t", "colour": 1}}, "q has text, about, options"),
    ("questions.yml", {"q": "what?"}, "q has text, about, options"),
    ("questions.yml", {"q": {"about": "money"}}, "q needs text, a key of data/texts"),
    ("questions.yml", {"q": {"text": "t", "about": "football"}}, "q: about is one of activity"),
    ("questions.yml", {"q": {"text": "t", "options": [{"do": []}]}}, "q: an option has key, means, words and do"),
    ("questions.yml", {"q": {"text": "t", "options": [{"key": "a", "when": 1}]}}, "q: an option has key"),
    (
        "questions.yml",
        {"q": {"text": "t", "options": [{"key": "a"}, {"key": "a"}]}},
        "q: two options have the same key",
    ),
    (
        "questions.yml",
        {"q": {"text": "t", "options": [{"key": "a", "words": "yes"}]}},
        "q: a: means and words are lists",
    ),
    ("questions.yml", ["q"], "it needs questions by their keys"),
    ("calendar.yml", ["x"], "it needs events, terms and exams"),
    ("calendar.yml", {"events": {"e": {"dates": {}}}}, "the event e needs a source and dates by year"),
    ("calendar.yml", {"events": {"e": {"source": "s", "dates": {2027: {"on": "soon"}}}}}, "e 2027 needs a day, as in"),
    ("calendar.yml", {"events": {}, "terms": "all"}, "terms must be a list"),
    ("calendar.yml", {"events": {}, "terms": [{"from": "x"}]}, "terms: each needs from and to"),
    ("need.yml", ["x"], "it needs points and levels"),
    ("need.yml", {"levels": {"high": 3}}, "points and levels are whole numbers"),
    ("need.yml", {"levels": {"high": 2, "medium": 3}}, "medium must be above 0 and not above high"),
    ("need.yml", {"points": {"under_18": "some"}, "levels": {"high": 2, "medium": 1}}, "'some' is not a whole number"),
]


@pytest.mark.parametrize(("file", "content", "says"), WRONG)
def test_the_files_beside_the_plans_name_what_is_wrong_in_them(data: Path, file: str, content: Any, says: str) -> None:
    (data / "plans" / file).write_text(yaml.safe_dump(content), "utf-8")
    with pytest.raises(BadData, match=re.escape(file) + f".*{says}"):
        Book.load(data)


TERMS = "terms: [{from: 2026-09-01, to: 2026-10-20}, {from: 2026-10-20, to: 2026-12-01}]"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("events: {}\n" + TERMS, "the term that begins on 2026-10-20 begins before the one before it has ended"),
        (
            "events: {}\nterms: [{from: 2026-09-09, to: 2026-09-01}]",
            "terms: each needs from and to, days in that order",
        ),
        ("events: {}\nexams: [{from: 2026-05-01, to: 2026-06-01, school_years: [11]}]", "need quiet_until"),
        ('events: {}\nexams: [{from: 2026-05-01, to: 2026-06-01, quiet_until: "17:00"}]', "need school_years"),
    ],
)
def test_terms_and_exams_that_cannot_be_are_refused(data: Path, text: str, says: str) -> None:
    (data / "plans" / "calendar.yml").write_text(text, "utf-8")
    with pytest.raises(BadData, match=f"calendar.yml: .*{says}"):
        Calendar.load(data)


@pytest.mark.parametrize(
    ("does", "says"),
    [
        ("dance", "dance is nothing that can be done. There are: .*verify"),
        ({"dance": "waltz"}, "dance is nothing that can be done"),
        ({"say": None}, "say needs one word"),
        ({"verify": True}, "verify stands alone"),
        ({"record_activity": "job"}, "record_activity needs a kind"),
        ({"record_destination": {"stage": "arrived"}}, "record_destination needs a stage, one of intended"),
        ({"record_destination": {"stage": "intended", "undecided": "yes"}}, "undecided is true or false"),
        ({"record_destination": {"stage": "no_show", "missed": "bus"}}, "missed is interview or enrolment"),
        ({"money_step": {"step": "spent"}}, "money_step needs a step, one of asked"),
        ({"hand_over": {"urgency": "soon"}}, "hand_over needs urgency, about and reason"),
        ({"hand_over": {"urgency": "later", "about": "a", "reason": "r"}}, "hand_over: urgency is one of"),
        ({"hand_over": {"urgency": "soon", "about": "a", "reason": " "}}, "reason one plain line"),
        ({"snooze": "a while"}, 'snooze: "a while" is no length of time'),
        ({"ask": "nobody"}, "a: ask: nobody is no question"),
    ],
)
def test_what_an_answer_does_is_checked(data: Path, does: Any, says: str) -> None:
    content = {"q": {"text": "t", "options": [{"key": "a", "do": [does]}]}}
    (data / "plans" / "questions.yml").write_text(yaml.safe_dump(content), "utf-8")
    with pytest.raises(BadData, match=f"questions.yml: q: .*{says}"):
        Questions.load(data)
