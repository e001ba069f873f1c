"""Short answers, told from other messages by the words of data/replies.yml."""

import pytest
from turnbot.answers import KINDS, Answer, Answers

ANSWERS = Answers.load()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("yh", "yes"), ("go on then", "yes"), ("YES PLS", "yes"), ("👍", "yes"), ("why not", "yes"), ("ie", "yes"),
        ("nah not rly", "no"), ("nah im good thanks", "no"), ("not now", "no"), ("👎", "no"),
        ("neither", "neither"), ("none of them", "neither"), ("dim un", "neither"),
        ("both", "both"), ("both pls", "both"), ("all three", "all"),
        ("either", "any"), ("dont mind", "any"), ("u pick", "any"), ("whichs best", "any"),
        ("dunno", "unsure"), ("idk tbh", "unsure"),
        ("that one", "that"), ("that 1", "that"), ("the other one", "other"), ("ok", "ok"),
    ],
)  # fmt: skip
def test_words(text: str, kind: str) -> None:
    assert ANSWERS.read(text) == Answer(kind)


@pytest.mark.parametrize(
    ("text", "numbers", "ordinal"),
    [
        ("2", (2,), False), ("number 2 pls", (2,), False), ("no 2", (2,), False), ("two", (2,), False),
        ("the 2nd 1", (2,), True), ("second", (2,), True), ("2nd one looks good", (2,), True),
        ("last one", (-1,), True),
        ("1 and 3", (1, 3), False), ("1st n 3rd", (1, 3), True), ("one", (1,), False), ("1", (1,), False),
        ("ill go for the third", (3,), True), ("yr ail un", (2,), True),
    ],
)  # fmt: skip
def test_numbers(text: str, numbers: tuple[int, ...], ordinal: bool) -> None:
    assert ANSWERS.read(text) == Answer("number", numbers, ordinal)


@pytest.mark.parametrize(
    "text",
    ["", "?", "plumbing", "im 17", "2 buses", "level 2", "yes but how much is it", "the margate one", "100", "0",
     "one day", "no level 2", "1 2 3 4", "what time is the last one on monday to friday please", "y" * 200],
)  # fmt: skip
def test_more_than_an_answer_is_none(text: str) -> None:
    assert ANSWERS.read(text) is None


@pytest.mark.parametrize(("text", "what"), [("level", "level"), ("the town pls", "place"), ("when it starts", "start"),
                                            ("plumbing", None), ("", None)])  # fmt: skip
def test_what_to_change(text: str, what: str | None) -> None:
    assert ANSWERS.change(text) == what


def test_no_answer_is_in_two_kinds() -> None:
    from turnbot.answers import FILE
    from turnbot.sources import load

    listed = [str(phrase).lower() for kind in KINDS for phrase in load(FILE)[kind]]
    assert sorted({phrase for phrase in listed if listed.count(phrase) > 1}) == []


def test_a_file_without_a_part_is_refused() -> None:
    with pytest.raises(KeyError):
        Answers({"yes": ["yes"]})
