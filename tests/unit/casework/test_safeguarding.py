"""The safeguarding rules: every example in their files, tricks of writing and everyday talk."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.safeguarding import RANK, Risk, Rule, Rules
from casework.yamlfile import BadData, read_yaml

DATA = Path(__file__).parents[3] / "data"
RULES = Rules.load(DATA)
BANK: dict[str, list[str]] = read_yaml(Path(__file__).parent / "data" / "disclosures.yml")


def examples(part: str) -> list[Any]:
    return [pytest.param(rule, text, id=f"{rule.id}: {text}") for rule in RULES.rules for text in getattr(rule, part)]


@pytest.mark.parametrize(("rule", "text"), examples("must"))
def test_a_rule_hears_what_it_must(rule: Rule, text: str) -> None:
    assert rule in RULES.matching(text)
    assert RANK[RULES.check(text).level] >= RANK[rule.level]


@pytest.mark.parametrize(("rule", "text"), examples("must_not"))
def test_a_rule_does_not_hear_what_it_must_not(rule: Rule, text: str) -> None:
    assert rule not in RULES.matching(text)


@pytest.mark.parametrize("text", BANK["heard"])
def test_disclosures_in_other_words_are_heard(text: str) -> None:
    assert RULES.check(text).level != "none"


@pytest.mark.parametrize("text", BANK["not_heard"])
def test_ordinary_messages_are_left_alone(text: str) -> None:
    assert RULES.check(text).level == "none"


@pytest.mark.parametrize("text", RULES.everyday)
def test_nothing_is_heard_in_everyday_talk(text: str) -> None:
    assert RULES.check(text) == Risk()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("KMS", "suicide"),
        ("want 2 die", "suicide"),
        ("unalive myself", "suicide"),
        ("i w4nt t0 d1e", "suicide"),
        ("i want to dieeeeeee", "suicide"),
        ("I WANT TO KILL MYSELF", "suicide"),
        ("k i l l myself", "suicide"),
        ("self h@rm", "self_harm"),
        ("s/h", "self_harm"),
        ("s e l f harm", "self_harm"),
        ("my stepdad hits me", "abuse_physical"),
        ("got kicked out", "homeless"),
        ("nowhere to sleep 2nite", "homeless"),
        ("took loads of tablets", "overdose"),
        ("\u201ci don\u2019t want to be here anymore\u201d", "suicide"),
        ("\U0001d4d8 want to die", "suicide"),
        ("hi. im looking for a course. also my dad hits me. is there a bus?", "abuse_physical"),
    ],
)
def test_the_ways_of_writing_it_are_heard(text: str, kind: str) -> None:
    risk = RULES.check(text)
    assert (risk.level, risk.kind) == ("immediate", kind)


def test_the_most_pressing_thing_decides() -> None:
    risk = RULES.check("im being bullied and i want to die")
    assert (risk.level, risk.kind, risk.rule) == ("immediate", "suicide", "suicide-plain")


def test_a_gap_does_not_reach_into_the_next_sentence() -> None:
    assert RULES.check("I took all day. Tablets are on sale").level == "none"


def test_every_rule_was_reviewed_and_has_examples_of_both_kinds() -> None:
    for rule in RULES.rules:
        assert rule.must
        assert rule.must_not, rule.id


@given(st.text(max_size=400))
def test_any_text_at_all_is_read(text: str) -> None:
    assert RULES.check(text).level in ("none", "concern", "immediate")


PIECES = [
    "a",
    "a ",
    "i ",
    "kill ",
    "i want to ",
    "my dad my mum ",
    "took all my ",
    "hit hit me up ",
    "kicked out of ",
    "s.u.i.c",
    "****",
    "1!1!",
    "d.i.e ",
    "want2",
    "\U0001f602",
    "no food left ",
    "he said they said ",
    "\u00e9\u0301",
    " \n",
    "not want to be a ",
]


@pytest.mark.parametrize("piece", [*PIECES, "".join(PIECES), "everything"])
@pytest.mark.timeout(20)
def test_no_pattern_goes_round_in_circles_over_the_longest_message(piece: str) -> None:
    if piece == "everything":
        # every word that any rule asks for, none of the phrases
        piece = " ".join(sorted({word for rule in RULES.rules for text in rule.must for word in text.split()}))
    text = (piece * 1600)[:1600]
    assert RULES.check(text) == RULES.check(text)


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("kinds: {}\nrules: [{id: a, kind: b, level: immediate}]\n", "unknown kind"),
        ("kinds: {b: {words: b, reply: r, concern_reply: r}}\nrules: [{id: a, kind: b, level: now}]\n", "level"),
        (
            "kinds: {b: {words: b, reply: r, concern_reply: r}}\n"
            "rules: [{id: a, kind: b, level: concern, reviewed_on: 2026-01-01, phrases: ['x <nobody>'], must: [x]}]\n",
            "no class <nobody>",
        ),
        (
            "kinds: {b: {words: b, reply: r, concern_reply: r}}\n"
            "rules: [{id: a, kind: b, level: concern, reviewed_on: 2026-01-01, phrases: ['... x'], must: [x]}]\n",
            "begins or ends with a gap",
        ),
        ("rules: [\n", "line"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, content: str, wrong: str) -> None:
    folder = tmp_path / "safeguarding"
    folder.mkdir()
    (folder / "words.yml").write_text("spellings: {}\nclasses: {}\nidioms: []\n")
    (folder / "rules.yml").write_text(content)
    with pytest.raises(BadData, match=wrong):
        Rules.load(tmp_path)
