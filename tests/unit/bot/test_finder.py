"""Dates, money, people, schemes and choices are found in messages, and ordinary words are not taken for them."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from turnbot import amounts, dates, learning, sources
from turnbot.finder import Finder
from turnbot.meaning import Meaning
from turnbot.normal import Normaliser
from turnbot.text import words

DATA = Path(__file__).parents[3] / "data"
EXAMPLES = ["can i start in september", "is it full", "miss a lesson"]
READER = Normaliser(learning.known_spellings(DATA, EXAMPLES))
FINDER = Finder(learning.finder_content(DATA, EXAMPLES))


def found(text: str, *kinds: str) -> list[tuple[str, str, str]]:
    return [
        (f.type, f.value, text[f.start : f.end])
        for f in FINDER.find(text, READER.words(text))
        if not kinds or f.type in kinds
    ]


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("it starts 7th sept", "--09-07", "7th sept"),
        ("it starts on the 7th of september 2026", "2026-09-07", "7th of september 2026"),
        ("sept 7", "--09-07", "sept 7"),
        ("september the 7th", "--09-07", "september the 7th"),
        ("7/9", "--09-07", "7/9"),
        ("starting 7/9", "--09-07", "7/9"),
        ("on 07/09/2026", "2026-09-07", "07/09/2026"),
        ("on 7.9.26", "2026-09-07", "7.9.26"),
        ("2026-09-07", "2026-09-07", "2026-09-07"),
        ("can i come monday", "monday", "monday"),
        ("do i get fridays off", "friday", "fridays"),
        ("free on mon", "monday", "mon"),
        ("sat or sun is fine", "saturday", "sat"),
        ("weds", "wednesday", "weds"),
        ("dydd llun", "monday", "dydd llun"),
        ("2moro", "tomorrow", "2moro"),
        ("it came tonight", "today", "tonight"),
        ("i rang yday", "yesterday", "yday"),
        ("is it may 5th", "--05-05", "may 5th"),
        ("on 5 may", "--05-05", "5 may"),
        ("29th feb", "--02-29", "29th feb"),
    ],
)
def test_dates(text: str, value: str, said: str) -> None:
    assert found(text, "date")[0] == ("date", value, said)


@pytest.mark.parametrize(
    "text",
    [
        "i may come",
        "option 2 may be full",
        "the sun is out",
        "i sat my gcses",
        "we wed last year",
        "open 24/7",
        "1/2 a day",
        "30th feb",
        "on 31/02/2026",
        "level 2 march",
        "anything in september",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert found(text, "date") == []


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("£30", "30", "£30"),
        ("it was £30.00 short", "30", "£30.00"),
        ("i get £1,200 a year", "1200", "£1,200"),
        ("30 quid", "30", "30 quid"),
        ("12.50 a week", "12.50", "12.50 a week"),
        ("50p", "0.50", "50p"),
        ("a tenner", "10", "tenner"),
        ("2 grand", "2000", "2 grand"),
        ("twenty five pounds", "25", "twenty five pounds"),
        ("a hundred and fifty quid", "150", "a hundred and fifty quid"),
        ("30 a week", "30", "30 a week"),
    ],
)
def test_amounts(text: str, value: str, said: str) -> None:
    (one,) = found(text, "amount")
    assert one[:2] == ("amount", value)
    assert said in one[2]


@pytest.mark.parametrize("text", ["3 days a week", "it is grand", "5 people", "£0", "im 17", "2 a day", "pounding"])
def test_what_is_no_amount(text: str) -> None:
    assert found(text, "amount") == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("this is his mum", ["mum"]),
        ("my mums phone", ["mum"]),
        ("im her foster carer", ["foster carer"]),
        ("can i speak to mr jones", ["mr jones"]),
        ("miss patel said so", ["miss patel"]),
        ("Miss Green said so", ["miss green"]),
        ("is sam there", ["sam"]),
        ("speak to Dariusz please", ["dariusz"]),
        ("my name is xanthe", ["xanthe"]),
        ("hi im Chloe Smith", ["chloe smith"]),
        ("is grace there", ["grace"]),
        ("can i speak to beth", ["beth"]),
        ("my sister has it", ["sister"]),
        ("rheas step mum", ["rhea", "step mum"]),
        ("hi its toms dad", ["tom", "dad"]),
    ],
)
def test_people(text: str, values: list[str]) -> None:
    assert [value for _, value, _ in found(text, "person")] == values


@pytest.mark.parametrize(
    "text",
    [
        "will i get in",
        "may i ask",
        "i hope so",
        "i miss college",
        "i missed the bus",
        "dr appointment tuesday",
        "im a young mum",
        "talk to someone",
        "is anyone there",
        "call me",
        "my adviser",
        "do you do sister courses",
        "mark my work",
        "unrhyw beth efo ceir",
        "beth yw hynny",
    ],
)
def test_what_is_no_person(text: str) -> None:
    assert found(text, "person") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("wheres my ema", "ema"),
        ("how do i get a bursery", "bursary"),
        ("care 2 learn", "care_to_learn"),
        ("do i get free school meals", "free_meals"),
        ("my mum is on UC", "universal_credit"),
        ("child benefit", "child_benefit"),
    ],
)
def test_schemes(text: str, value: str) -> None:
    assert [one[1] for one in found(text, "scheme")] == [value]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2", [("number", "2")]),
        ("number 2 please", [("number", "2")]),
        ("the 2nd 1", [("ordinal", "2")]),
        ("the last one", [("ordinal", "last")]),
        ("second", [("ordinal", "2")]),
        ("whats the last date", []),
        ("my first day", []),
        ("im 17", []),
        ("i have 5 gcses", []),
        ("is it at 9", []),
        ("open 24/7", []),
        ("year 11", []),
        ("15 miles away", []),
    ],
)
def test_choices(text: str, expected: list[tuple[str, str]]) -> None:
    assert [one[:2] for one in found(text, "number", "ordinal")] == expected


def test_the_longest_wins_and_none_overlap() -> None:
    assert found("hair n beauty lvl 2 nr margate from 7th sept") == [
        ("subject", "hair_beauty", "hair n beauty"),
        ("level", "2", "lvl 2"),
        ("place", "margate", "margate"),
        ("date", "--09-07", "7th sept"),
    ]


@pytest.mark.parametrize("name", ["Wealdmere College", "wealdmere", "at quillmere school sixth form"])
def test_a_provider_is_its_ref_and_known_by_part_of_its_name(name: str) -> None:
    refs = {str(p["name"]).split()[0].lower(): str(p["ref"]) for p in sources.load(DATA / "sample" / "providers.yml")}
    part = next(word for word in name.lower().split() if word in refs)
    assert [one[:2] for one in found(name)] == [("provider", refs[part])]


@pytest.mark.parametrize(
    ("name", "shorter"),
    [
        ("Samphire Coast College", ["Samphire Coast", "Samphire"]),
        ("Kent College", ["Kent"]),
        ("The Next Tide Project", ["The Next Tide"]),
    ],
)
def test_shorter_names(name: str, shorter: list[str]) -> None:
    assert list(sources.shorter_names(name)) == shorter


RULES = Meaning(
    {"subject": {"not_with": ["out_of_scope"], "always": ["maths"]}, "start": {"only_with": ["find_courses"]}}
)


@pytest.mark.parametrize(
    ("kind", "value", "intent", "text", "meant"),
    [
        ("subject", "music", "out_of_scope", "play some music for me", False),
        ("subject", "music", "find_courses", "something in music please", True),
        ("subject", "maths", "out_of_scope", "do my maths homework", True),
        ("subject", "music", "out_of_scope", "music?", True),
        ("start", "now", "money_payment_problem", "no ema this week", False),
        ("start", "now", "find_courses", "something that starts now", True),
        ("place", "margate", "out_of_scope", "the weather in margate", True),
    ],
)
def test_only_what_can_be_meant_is_kept(kind: str, value: str, intent: str, text: str, meant: bool) -> None:
    assert RULES.is_meant(kind, value, intent, words(text)) is meant


def test_the_rules_name_intents_and_types_that_there_are() -> None:
    intents = set(sources.load(DATA / "nlu" / "topics.yml"))
    for rule in sources.meant(DATA).values():
        assert set(rule.get("not_with", [])) | set(rule.get("only_with", [])) <= intents


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=120) | st.text(alphabet="0123456789/.-£ a march monday pk", max_size=40))
def test_anything_may_be_typed(text: str) -> None:
    ends = 0
    for one in FINDER.find(text, READER.words(text)):
        assert ends <= one.start < one.end <= len(text)
        assert one.value
        ends = one.end


@given(st.integers(0, 40), st.integers(0, 14), st.one_of(st.none(), st.integers(2000, 2099)))
def test_a_date_is_one_of_the_calendar(day: int, month: int, year: int | None) -> None:
    value = dates.iso(day, month, year)
    if value is not None:
        assert dates.iso(int(value[-2:]), int(value[-5:-3]), year) == value


@given(st.integers(1, 10_000_000))
def test_pence_are_kept(pence: int) -> None:
    written = f"{pence // 100}.{pence % 100:02d}"
    assert round(float(amounts.value_of(written)) * 100) == pence
