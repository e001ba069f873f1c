"""Wording replies: channels, languages, short forms, filters, and files that somebody has edited badly."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from casework.gsm7 import measure
from casework.proofreading import ALWAYS, check_texts
from casework.voice import BadArguments, BadTexts, Rendered, UnknownText, Voice, environment, placeholders
from casework.wording import filters

DATA = Path(__file__).parents[3] / "data"
Texts = Callable[..., Path]


@pytest.fixture
def texts(tmp_path: Path) -> Texts:
    def write(**languages: str) -> Path:
        folder = tmp_path / "texts"
        folder.mkdir(exist_ok=True)
        for language, content in languages.items():
            (folder / f"{language}.yml").write_text(content, encoding="utf-8")
        return tmp_path

    return write


def say(folder: Path, key: str, channel: str = "web", language: str = "en", **args: Any) -> Rendered:
    return Voice.load(folder).render(key, args, language=language, channel=channel)


def test_a_text_is_worded_with_its_arguments(texts: Texts) -> None:
    folder = texts(en='hi: "Hi {{ name }}."')
    assert say(folder, "hi", name="Jade") == Rendered("Hi Jade.", [], "en")


def test_what_is_not_known_is_not_said(texts: Texts) -> None:
    folder = texts(en='hi: "Hi{% if name %} {{ name }}{% endif %}.  {{ more }}"')
    assert say(folder, "hi", name=None, more=None).text == "Hi."


def test_sms_has_its_own_wording_is_clean_and_has_no_buttons(texts: Texts) -> None:
    folder = texts(
        en="""
list:
  text: Here they are…
  sms: It’s “here” – 1 or 2…
  quick_replies:
    - {title: One, text: "1"}
    - {title: "{% if two %}Two{% endif %}", text: "2"}
"""
    )
    assert say(folder, "list", "sms", two=True) == Rendered('It\'s "here" - 1 or 2...', [], "en")
    assert say(folder, "list", two=True).text == "Here they are…"
    assert [one["title"] for one in say(folder, "list", two=True).quick_replies] == ["One", "Two"]
    assert [one["title"] for one in say(folder, "list", two=False).quick_replies] == ["One"]


def test_short_wordings_are_tried_in_turn_and_the_shortest_is_the_last_resort(texts: Texts) -> None:
    folder = texts(
        en="""
long:
  text: "{{ 'a' * n }}"
  short: ["{{ 'b' * (n - 50) }}", "{{ 'c' * (n - 100) }}", "{{ 'd' * (n - 60) }}"]
"""
    )
    assert say(folder, "long", "sms", n=306).text == "a" * 306
    assert say(folder, "long", "sms", n=350).text == "b" * 300
    assert say(folder, "long", "sms", n=400).text == "c" * 300
    assert say(folder, "long", "sms", n=900).text == "c" * 800
    assert say(folder, "long", "web", n=900).text == "a" * 900


def test_a_text_message_is_never_longer_than_the_network_takes(texts: Texts) -> None:
    folder = texts(en="""long: "{{ 'word ' * n }}" """)
    text = say(folder, "long", "sms", n=900).text
    assert len(text) <= 1600
    assert text.endswith("word...")


def test_a_key_that_welsh_does_not_have_is_said_in_english_and_says_so(texts: Texts) -> None:
    folder = texts(en="a: one\nb: two", cy="a: un")
    assert say(folder, "a", language="cy") == Rendered("un", [], "cy")
    assert say(folder, "b", language="cy") == Rendered("two", [], "en")
    assert say(folder, "b", language="pl") == Rendered("two", [], "en")


def test_a_key_that_nobody_has_is_an_error(texts: Texts) -> None:
    with pytest.raises(UnknownText, match="'nothing'"):
        say(texts(en="a: one"), "nothing")


def test_a_missing_argument_is_named_and_nothing_that_was_said_is(texts: Texts) -> None:
    folder = texts(en='a: "{{ words }} {{ when }}"\nb: "{{ words | day }}"')
    with pytest.raises(BadArguments, match=r"en\.yml: a: 'when' is undefined"):
        say(folder, "a", words="my secret")
    with pytest.raises(BadArguments) as caught:
        say(folder, "b", words="my secret")
    assert "secret" not in str(caught.value)


def test_templates_cannot_reach_anything(texts: Texts) -> None:
    folder = texts(en='a: "{{ name.__class__.__mro__ }}"\nb: "{{ name }}"')
    with pytest.raises(BadArguments):
        say(folder, "a", name="Jade")
    assert say(folder, "b", name="{{ 7 * 7 }}").text == "{{ 7 * 7 }}"


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("a: [one", "en.yml.*line"),
        ("- one", "should hold keys"),
        ("a: 3", "en.yml: a: should be a text"),
        ("a: {txt: one}", "en.yml: a: unknown part 'txt'"),
        ("a: {sms: one}", "en.yml: a: text should be words"),
        ('a: "{{ name"', "en.yml: a: unexpected end"),
        ('a: "{{ name | shout }}"', "en.yml: a: No filter named 'shout'"),
        ("a: {text: one, quick_replies: [{title: One}]}", "en.yml: a: a quick reply has a title and a text"),
        ("a: {text: one, quick_replies: [{title: One, text: 1}]}", "en.yml: a: text should be words"),
        ("a: {text: one, example: [one]}", "en.yml: a: example should be"),
        ("a: one\nb: two\na: three", "en.yml.*line 3.*'a' is there twice"),
    ],
)
def test_a_badly_edited_file_is_named_with_its_key(texts: Texts, content: str, wrong: str) -> None:
    with pytest.raises(BadTexts, match=wrong):
        Voice.load(texts(en=content))


def test_no_english_at_all_is_an_error(texts: Texts) -> None:
    with pytest.raises(BadTexts, match=r"en\.yml is missing"):
        Voice.load(texts(cy="a: un"))
    (texts(en="a: one") / "texts" / "en.yml").write_bytes(b"a: \xff")
    with pytest.raises(BadTexts, match="not UTF-8"):
        Voice.load(texts())


def test_yes_and_no_are_words(texts: Texts) -> None:
    folder = texts(en="a: {text: Well, quick_replies: [{title: Yes, text: yes please}, {title: No, text: no}]}")
    assert [one["title"] for one in say(folder, "a").quick_replies] == ["Yes", "No"]


ENGLISH, WELSH = filters("en"), filters("cy")


def said(filters: dict[str, Any], name: str, *args: Any, today: str | None = None) -> str:
    """What a filter answers; the one for days looks for the present day around it."""
    if name == "day":
        args = (environment("en").from_string("").new_context({"today": today}), *args)
    return str(filters[name](*args))


@pytest.mark.parametrize(
    ("today", "english", "welsh"),
    [
        ("2026-09-01", "Mon 6 Sep 2027", "dydd Llun 6 Medi 2027"),
        ("2027-03-01", "Mon 6 Sep", "dydd Llun 6 Medi"),
        ("2028-09-01", "Mon 6 Sep 2027", "dydd Llun 6 Medi 2027"),
        (None, "Mon 6 Sep", "dydd Llun 6 Medi"),
    ],
)
def test_a_day_that_is_far_off_is_said_with_its_year(today: str | None, english: str, welsh: str) -> None:
    assert said(ENGLISH, "day", "2027-09-06", today=today) == english
    assert said(WELSH, "day", "2027-09-06", today=today) == welsh


@pytest.mark.parametrize(
    ("name", "args", "english", "welsh"),
    [
        ("day", ["2026-11-03"], "Tue 3 Nov", "dydd Mawrth 3 Tachwedd"),
        ("on_day", ["2026-11-03"], "on Tue 3 Nov", "ddydd Mawrth 3 Tachwedd"),
        ("weekday", ["2026-11-03"], "Tuesday", "dydd Mawrth"),
        ("date", ["2026-11-03"], "3 November 2026", "3 Tachwedd 2026"),
        ("month", ["2026-11-03"], "November 2026", "Tachwedd 2026"),
        # in summer London is an hour ahead of UTC, and half past eleven at night is already the next day
        ("day", ["2026-07-01T23:30:00+00:00"], "Thu 2 Jul", "dydd Iau 2 Gorffennaf"),
        ("time", ["2026-07-01T08:00:00+00:00"], "9am", "9am"),
        ("time", ["2026-12-01T08:00:00+00:00"], "8am", "8am"),
        ("time", ["09:00"], "9am", "9am"),
        ("time", ["14:30"], "2:30pm", "2:30pm"),
        ("time", ["12:00"], "12 noon", "hanner dydd"),
        ("time", ["00:00"], "midnight", "hanner nos"),
        ("time", ["00:15"], "12:15am", "12:15am"),
        ("when", ["2026-11-03T09:00:00+00:00"], "on Tue 3 Nov at 9am", "ddydd Mawrth 3 Tachwedd am 9am"),
        ("when", ["2026-11-03"], "on Tue 3 Nov", "ddydd Mawrth 3 Tachwedd"),
        ("and_list", [["Ann"]], "Ann", "Ann"),
        ("and_list", [["Bob", "Ann"]], "Bob and Ann", "Bob ac Ann"),
        ("and_list", [["Ann", "Cat", "Dan"]], "Ann, Cat and Dan", "Ann, Cat a Dan"),
        ("and_list", [[]], "", ""),
        ("or_list", [["Ann", "Bob"]], "Ann or Bob", "Ann neu Bob"),
        ("numbered", [["Ann", "Bob"]], "1. Ann\n2. Bob", "1. Ann\n2. Bob"),
        ("numbered", [[{"title": "Ann"}], "title", 4], "4. Ann", "4. Ann"),
        ("miles", [0.3], "under a mile", "llai na milltir"),
        ("miles", [1.2], "1 mile", "1 filltir"),
        ("miles", [3.6], "4 miles", "4 milltir"),
        ("first_name", ["Sam Okafor"], "Sam", "Sam"),
        ("first_name", ["Ms Okafor"], "Ms Okafor", "Ms Okafor"),
        ("first_name", [""], "", ""),
        ("plural", [1, "course", "courses"], "1 course", "1 course"),
        ("plural", [2, "course", "courses"], "2 courses", "2 courses"),
        ("upfirst", ["level 2"], "Level 2", "Level 2"),
        ("downfirst", ["Level 2"], "level 2", "level 2"),
        ("downfirst", ["BTEC"], "BTEC", "BTEC"),
        ("cut", ["Plumbing and heating", 15], "Plumbing and...", "Plumbing and..."),
        ("cut", ["Plumbing", 15], "Plumbing", "Plumbing"),
        (
            "helplines",
            [[{"name": "Samaritans", "call": "116 123"}, {"name": "Shout", "text_word": "SHOUT", "text_to": "85258"}]],
            "Samaritans 116 123, or text SHOUT to 85258",
            "Samaritans 116 123, neu tecstia SHOUT i 85258",
        ),
    ],
)
def test_filters(name: str, args: list[Any], english: str, welsh: str) -> None:
    assert said(ENGLISH, name, *args) == english
    assert said(WELSH, name, *args) == welsh


@pytest.mark.parametrize("name", [n for n in ENGLISH if n not in ("plural", "cut")])
def test_nothing_is_said_of_what_is_not_known(name: str) -> None:
    assert said(ENGLISH, name, None) == ""


def test_proofreading_finds_what_is_wrong(texts: Texts) -> None:
    folder = texts(
        en="""
good: "Hi {{ name }}."
missing: one
renamed: "{{ adviser }}"
long: {text: "{{ 'a' * n }}", example: {n: 400}}
odd: "This is Δ and ☃"
asks: "Shall I? Reply YES or NO."
button: {text: "Sure?", quick_replies: [{title: Stop it, text: end}]}
no_argument: {text: "{{ a }}", example: {b: 1}}
""",
        cy="""
good: "Helo {{ name }}."
renamed: "{{ cynghorydd }}"
extra: un
long: {text: "{{ n }}"}
odd: ŵ
asks: iawn
button: iawn
no_argument: "{{ a }}"
""",
    )
    assert check_texts(folder) == [
        "en.yml: long: 3 segments as an SMS (400 of gsm7), with its example",
        "en.yml: odd: not GSM-7 as an SMS: ☃",
        "en.yml: asks: asks for the bare word YES, which the network acts on",
        "en.yml: button: a quick reply sends the bare word END, which the network acts on",
        "en.yml: no_argument: 'a' is undefined",
        "cy.yml: renamed: arguments differ from the English: adviser, cynghorydd",
        "cy.yml: extra: English has no such key",
        "cy.yml: button: a different number of quick replies from the English",
        "cy.yml: no_argument: 'a' is undefined",
        "cy.yml: missing: missing, and said in English",
    ]
    assert check_texts(texts(en="a: [")) != []


def test_our_own_texts_are_in_order() -> None:
    assert check_texts(DATA) == []


def test_every_text_is_there_in_welsh_with_the_same_arguments() -> None:
    voice = Voice.load(DATA)
    assert voice.texts["cy"].keys() == voice.texts["en"].keys()
    for key, text in voice.texts["en"].items():
        assert placeholders(voice.texts["cy"][key], "cy") == placeholders(text, "en"), key


def test_two_segments_are_enough_for_every_example_in_both_languages() -> None:
    voice = Voice.load(DATA)
    for key, text in voice.texts["en"].items():
        for example in text.examples:
            for language in voice.languages:
                sms = voice.render(key, ALWAYS | example, language=language, channel="sms").text
                assert measure(sms).segments <= 2, (language, key)
