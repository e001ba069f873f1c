"""Questions in free words, asked of the sample area."""

import pytest
from sqlmodel import Session

from prospectus.ask import ask, read
from prospectus.search import Query
from prospectus.vocabulary import Vocabulary
from tests.unit.prospectus.conftest import TODAY


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("level 2 plumbing near margate", Query(subject="plumbing", level="2", place="margate")),
        ("any plumbing courses near thanet?", Query(subject="plumbing", place="thanet")),
        ("summit with kids in ashford", Query(subject="childcare", place="ashford")),
        ("mechanic apprenticeship medway", Query(subject="motor_vehicle", place="medway", route="apprenticeship")),
        ("cheffing asap in folkestone", Query(subject="catering", place="folkestone", start="now")),
        ("a level biology", Query(subject="science", level="3", words="A level biology")),
        ("t level health", Query(subject="health_social_care", level="3", words="T level")),
        ("music at samphire coast college", Query(subject="music", provider="P04")),
        ("apprenticeships at vanewell builders", Query(provider="P14", route="apprenticeship")),
        ("cabin crew", Query(subject="travel", words="cabin crew")),
        ("bricklaying starting in january", Query(subject="bricklaying", start="2027-01-01")),
        ("underwater basket weaving", Query(words="underwater basket weaving")),
        ("what about level 1", Query(level="1")),
        ("any nearer Thanet?", Query(place="thanet")),
        ("hi can you help me find a course please", Query()),
        ("", Query()),
    ],
)
def test_reading(vocabulary: Vocabulary, sample_session: Session, text: str, query: Query) -> None:
    assert read(sample_session, vocabulary, text, today=TODAY) == query


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("supported internship", "Supported Internship"),
        ("cabin crew", "Cabin Crew and Aviation Level 3"),
        ("forklift", "Warehouse and Forklift Level 2"),
        ("beats and bars", "Beats and Bars"),
        ("theory test", "Driving Theory and Road Safety"),
        ("esol", "ESOL for 16 to 19"),
    ],
)
def test_the_first_answer(vocabulary: Vocabulary, sample_session: Session, text: str, title: str) -> None:
    _, result = ask(sample_session, vocabulary, text, today=TODAY)
    assert result.hits[0].title == title


def test_nothing_like_it(vocabulary: Vocabulary, sample_session: Session) -> None:
    _, result = ask(sample_session, vocabulary, "underwater basket weaving", today=TODAY)
    assert (result.hits, result.near, result.total) == ([], [], 0)


def test_common_asks_have_an_answer(vocabulary: Vocabulary, sample_session: Session) -> None:
    asks = """
        construction, plumbing, electrician, motor vehicle, hair and beauty, childcare, health and social care,
        animal care, sport, music, games design, IT, cyber, business, catering, public services, art, media,
        a level biology, a level chemistry, a level physics, maths resit, english resit, ESOL, land based,
        engineering, retail, hospitality, performing arts, travel, warehouse, driving theory, getting a job,
        confidence, bricklaying, carpentry, plastering, decorating, welding, photography, law, psychology,
        accounting, teaching assistant, supported internship, sign language
    """
    for text in (one.strip() for one in asks.split(",")):
        query, result = ask(sample_session, vocabulary, text, today=TODAY)
        assert query.subject or query.words, text
        assert result.hits, text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # a word that only a summary has is not enough beside one that nobody has
        ("glass blowing", "glass blowing"),
        # it is taught under another subject than the one it is filed under
        ("barista", "barista"),
        # a slip of a keyword
        ("skatebording", "skateboarding"),
        # chatter is no wish
        ("nothing too hard", None),
        ("mechanic", None),
        ("stage makeup", "makeup"),
    ],
)
def test_words_to_look_for(vocabulary: Vocabulary, sample_session: Session, text: str, words: str | None) -> None:
    assert read(sample_session, vocabulary, text, today=TODAY).words == words
