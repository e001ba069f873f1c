"""Cutting a message where a second question may begin: nothing is lost, and courses with "and" in them stay whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from turnbot.clauses import MOST, pieces, plausible

PROSE = """
how much is it when does start and n & also , . ? ! hair beauty health social care maths english can i do u 2 im at asda
plumbing in margate e.g. ... what wen duz 😀
"""
WORDS = st.sampled_from([*PROSE.split(), "\n"])


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("how much is it and when does it start", ["how much is it", " and when does it start"]),
        ("is there plumbing in margate? also do i get ema", ["is there plumbing in margate?", " also do i get ema"]),
        ("im working at asda now. can i still do a course", ["im working at asda now.", " can i still do a course"]),
        ("im working at asda now can i still do a course", ["im working at asda now", " can i still do a course"]),
        ("where is it?is there a bus?", ["where is it?", "is there a bus?"]),
        ("whats it like,how much is it", ["whats it like", ",how much is it"]),
        ("how much is it & when does it start", ["how much is it", " & when does it start"]),
        ("2 n when does it start", ["2", " n when does it start"]),
        ("how long is it\nany places left", ["how long is it", "\nany places left"]),
    ],
)
def test_where_a_second_question_begins(text: str, cut: list[str]) -> None:
    assert plausible(text)
    assert pieces(text) == cut


@pytest.mark.parametrize(
    "text",
    [
        "health and social care level 2",
        "hair and beauty",
        "hair n beauty in dover",
        "maths and english",
        "motor vehicle & engineering",
        "do you know how much it is",
        "can you tell me when does it start",
        "e.g. plumbing",
        "1. plumbing",
        "is it a september thing or any time",
        "i dont know what can i do",
        "",
        "?",
        "...",
    ],
)
def test_what_is_one_stays_one(text: str) -> None:
    assert pieces(text) == [text]


@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=30).map(" ".join)))
def test_nothing_is_lost_or_moved(text: str) -> None:
    cut = pieces(text)
    assert "".join(cut) == text
    assert len(cut) <= MOST
    assert len(cut) == 1 or all(any(c.isalnum() for c in piece) for piece in cut)


@given(st.lists(WORDS, max_size=30).map(" ".join))
def test_the_cheap_test_lets_everything_pass_that_is_cut(text: str) -> None:
    assert len(pieces(text)) == 1 or plausible(text)
