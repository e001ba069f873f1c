"""The safeguarding rules: every example in their files, tricks of writing, everyday talk, and the time they take."""

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.safeguarding import RANK, Risk, Rule, Rules
from casework.yamlfile import BadData

DATA = Path(__file__).parents[3] / "data"
RULES = Rules.load(DATA)


def examples(part: str) -> list[Any]:
    return [
        pytest.param(rule, text, id=f"{rule.id}: {text}") for rule in RULES.rules for text in getattr(rule, part)
    ]


@pytest.mark.parametrize(("rule", "text"), examples("must"))
def test_a_rule_hears_what_it_must(rule: Rule, text: str) -> None:
    assert rule in RULES.matching(text)
    assert RANK[RULES.check(text).level] >= RANK[rule.level]


@pytest.mark.parametrize(("rule", "text"), examples("must_not"))
def test_a_rule_does_not_hear_what_it_must_not(rule: Rule, text: str) -> None:
    assert rule not in RULES.matching(text)


@pytest.mark.parametrize("text", RULES.everyday)
def test_nothing_is_heard_in_everyday_talk(text: str) -> None:
    assert RULES.check(text) == Risk()
