"""Text-speak, slips, regional words and pictures are read in plain words, each with its place in the message."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from turnbot import normal, sources
from turnbot.normal import Normaliser

DATA = Path(__file__).parents[3] / "data"
SPELLINGS = (
    sources.spellings(DATA)
    .knowing(
        [*sources.ordinary_words(DATA), *sources.welsh_words(DATA)[0]],
        {"plumbing": 9, "college": 20, "hey": 9, "cool": 3, "margate": 4, "tomorrow": 5},
    )
    .knowing_welsh(*sources.welsh_words(DATA), sources.glosses(DATA))
)
READER = Normaliser(SPELLINGS)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("bricklayin near dover", "bricklaying near dover"),
        ("aprentiships in plumbin", "apprenticeships in plumbing"),
        ("i begin on monday", "i begin on monday"),
        ("somethin thin", "something thin"),
        ("the train and the cabin", "the train and the cabin"),
    ],
)
def test_endings_that_are_dropped_or_forgotten(text: str, plain: str) -> None:
    said = {"bricklaying", "plumbing", "something", "thing", "beging", "training", "apprenticeships"}
    reader = Normaliser(sources.spellings(DATA).with_endings(said, {"begin"}))
    assert reader.text(text) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("wot cud i do 2moro", "what could i do tomorrow"),
        ("thats gd", "that is good"),
        ("c u l8r m8", "see you later"),
        ("b4 xmas", "before christmas"),
        ("can't", "can not"),
        ("can’t", "can not"),
        ("heyyyy", "hey"),
        ("cooool", "cool"),
        ("sooooo boring", "so boring"),
        ("yesss", "yes"),
        ("👍🏽", "thumbs up ok"),
        ("ok 🙂", "ok happy"),
        ("gutted :(", "gutted sad"),
        ("a prentice ship in margate", "apprenticeship in margate"),
        ("do you do e m a", "do you do ema"),
        ("is it free question mark", "is it free"),
        ("owt near margate", "anything near margate"),
        ("dinnae ken", "do not ken"),
        ("wagwan bruv", "what is up"),
        ("now in a minute butty", "soon"),
        ("dwi isio cwrs", "dw i eisiau cwrs"),
        ("café", "cafe"),
        ("wheres my fuckin bursary", "where is my bursary"),
        ("where the fuck is it", "where is it"),
        ("f*ck off", "fuck off"),
        ("plumming", "plumbing"),
        ("colllege", "college"),
        ("hair & beauty", "hair and beauty"),
    ],
)
def test_plain_words(text: str, plain: str) -> None:
    assert READER.text(text) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("i want 2 do hair", "i want to do hair"),
        ("go 2 college", "go to college"),
        ("looking 4 a job", "looking for a job"),
        ("got any 4 me", "got any for me"),
        # a number that may be a choice, a level or a count stays one
        ("2", "2"),
        ("2 please", "2 please"),
        ("i want 2", "i want 2"),
        ("the 2nd 1", "the 2nd 1"),
        ("level 2 do i need gcses", "level 2 do i need gcses"),
        ("option 2 to start", "option 2 to start"),
        ("got 4 a levels", "got 4 a levels"),
        ("2 or 3", "2 or 3"),
    ],
)
def test_numbers_become_letters_only_where_it_is_safe(text: str, plain: str) -> None:
    assert READER.text(text) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("cheers mate", "thanks"),
        ("is it full x", "is it full"),
        ("my mate says so", "my mate says so"),
        ("can i bring my mate", "can i bring my mate"),
        ("mate", "mate"),
        ("tbh", "tbh"),
        ("x", "x"),
        ("...", "..."),
        ("🦖", "🦖"),
    ],
)
def test_what_says_nothing_goes_but_a_message_is_never_emptied(text: str, plain: str) -> None:
    assert READER.text(text) == plain


def test_an_ordinary_word_is_no_slip() -> None:
    assert READER.text("diving colleague") == "diving colleague"


def test_welsh_is_not_slips_of_english() -> None:
    assert READER.text("plumbin") == "plumbing"
    assert READER.text("dw i wedi gorffen plumbin") == "dw i wedi gorffen plumbin"


def test_short_words_of_welsh_are_not_text_speak() -> None:
    assert READER.text("y na?") == "why no ?"
    assert READER.text("oes na gwrs yn y coleg plis") == "oes na gwrs yn y coleg os gwelwch yn dda"


def test_every_word_knows_where_it_was_read() -> None:
    text = "Wheres   my 💷 @ a prentice ship??"
    read = READER.words(text)
    assert [(word.norm, text[word.start : word.end]) for word in read] == [
        *[("where", "Wheres"), ("is", "Wheres"), ("my", "my"), ("money", "💷")],
        *[("apprenticeship", "a prentice ship"), ("?", "?"), ("?", "?")],
    ]


def test_the_file_contradicts_nothing_and_reads_nothing_twice() -> None:
    assert normal.problems(READER.spellings) == []


def test_a_contradiction_is_named() -> None:
    content = sources.load(DATA / "nlu" / "shorthand.yml")
    content["spellings"]["wot"] = "water"
    with pytest.raises(ValueError, match="wot"):
        normal.from_file(content)


def test_a_reading_that_would_be_read_again_is_named() -> None:
    content = sources.load(DATA / "nlu" / "shorthand.yml")
    content["text_speak"]["zz"] = "wot"
    assert any("'zz'" in problem for problem in normal.problems(normal.from_file(content)))


def test_the_file_can_be_kept_as_json() -> None:
    assert normal.Spellings.from_json(yaml.safe_load(yaml.safe_dump(SPELLINGS.to_json()))) == SPELLINGS


TYPED = st.one_of(
    st.text(max_size=80),
    # messages of words that the file is about, in any order, with anything between them
    st.lists(
        st.one_of(
            st.sampled_from(sorted(SPELLINGS.words)),
            st.sampled_from(sorted(SPELLINGS.phrases)),
            st.sampled_from(sorted(SPELLINGS.pictures)),
            st.sampled_from(sorted(SPELLINGS.emphasis | SPELLINGS.edges)),
            st.sampled_from(["2", "4", "plumbing", "margate", "?", "my", "want", "do", "colege", "soooo"]),
        ),
        max_size=12,
    ).map(" ".join),
)


@settings(max_examples=300, deadline=None)
@given(TYPED)
def test_reading_again_changes_nothing(text: str) -> None:
    once = READER.text(text)
    assert READER.text(once) == once


@settings(max_examples=300, deadline=None)
@given(TYPED)
def test_places_are_in_the_message_and_nothing_is_emptied(text: str) -> None:
    read: list[Any] = READER.words(text)
    assert bool(read) == bool(text.strip())
    for word in read:
        assert 0 <= word.start < word.end <= len(text)
        assert word.norm.strip()
    starts = [word.start for word in read]
    assert starts == sorted(starts)
