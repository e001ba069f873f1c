"""Finding what people mean in how they type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from turnbot.slips import distance
from turnbot.text import words
from turnbot.vocabulary import Phrase, Vocabulary

VOCABULARY = Vocabulary(
    {
        "plumbing": Phrase("subject", "plumbing"),
        "hair": Phrase("subject", "hair_beauty"),
        "hair and beauty": Phrase("subject", "hair_beauty"),
        "it": Phrase("subject", "computing", careful=True),
        "margate": Phrase("place", "margate"),
        "herne bay": Phrase("place", "herne_bay"),
        "deal": Phrase("place", "deal", careful=True),
        "entry": Phrase("level", "entry"),
        "entry requirements": Phrase("", ""),
        "electrical": Phrase("subject", "electrical"),
        "carpentry": Phrase("subject", "carpentry"),
    },
    cues=["in", "near"],
    known=["please", "nurse", "margarine"],
)


def found(text: str) -> list[tuple[str, str]]:
    return [(f.value, text[f.start : f.end]) for f in VOCABULARY.find(words(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plumbing near MARGATE?", [("plumbing", "Plumbing"), ("margate", "MARGATE")]),
        ("hair and beauty pls", [("hair_beauty", "hair and beauty")]),
        ("plumming in margte", [("plumbing", "plumming"), ("margate", "margte")]),
        ("electricl", [("electrical", "electricl")]),
        ("herne bay", [("herne_bay", "herne bay")]),
        ("what is the deal", []),
        ("near deal", [("deal", "deal")]),
        ("deal", [("deal", "deal")]),
        ("tell me about it", []),
        ("it?", [("computing", "it")]),
        ("courses in it", []),
        ("entry", [("entry", "entry")]),
        ("what are the entry requirements", []),
        ("margarine", []),
        ("plum", []),
    ],
)
def test_find(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("a", "b", "slips"), [("margate", "margate", 0), ("margte", "margate", 1), ("amrgate", "margate", 1), ("", "ab", 2)]
)
def test_distance(a: str, b: str, slips: int) -> None:
    assert distance(a, b) == distance(b, a) == slips


@given(st.text(max_size=300))
def test_anything_may_be_typed(text: str) -> None:
    for one in VOCABULARY.find(words(text)):
        assert 0 <= one.start < one.end <= len(text)
