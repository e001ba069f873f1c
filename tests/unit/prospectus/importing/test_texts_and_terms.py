"""Plain text out of markup, and what words, codes and addresses mean."""

import doctest
from datetime import date
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospectus.importing import addresses, columns, dates, kinds, levels, text, xcrirun
from prospectus.importing.dates import day
from prospectus.importing.subjects import Subjects
from prospectus.importing.xcrirun import spoken_interval
from prospectus.vocabulary import Vocabulary


@pytest.mark.parametrize("module", [addresses, columns, dates, kinds, levels, text, xcrirun])
def test_the_examples_in_the_code_are_right(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("a<br/>b", "a\nb"),
        ("<ul><li>x</li><li>y</li></ul>", "- x\n- y"),
        ("&lt;p&gt;escaped twice &amp;amp; more&lt;/p&gt;", "escaped twice & more"),
        ("<script>alert('x')</script>Hello<style>p {}</style>", "Hello"),
        ("<!-- hidden -->shown", "shown"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("  many   spaces \n\n\n\n and lines ", "many spaces\n\nand lines"),
        ("<p>&nbsp;</p>", None),
        ("", None),
        (None, None),
    ],
)
def test_markup_becomes_plain(raw: str | None, plain: str | None) -> None:
    assert text.clean(raw) == plain


@given(st.text())
def test_any_text_is_cleaned_once_and_for_all(raw: str) -> None:
    once = text.clean(raw)
    assert once is None or (once == once.strip() and len(once) <= text.SUMMARY)


@pytest.mark.parametrize(
    "hostile", ["<" * 200_000, "<script" * 50_000, "<!--" * 50_000, "&" * 200_000, "<a " * 100_000]
)
@pytest.mark.timeout(30)
def test_hostile_markup_is_got_through(hostile: str) -> None:
    cleaned = text.clean(hostile)
    assert cleaned is None or len(cleaned) <= text.SUMMARY


@given(st.text(st.characters(codec="utf-8", min_codepoint=0xA0, max_codepoint=0x20FF), min_size=1))
def test_what_was_read_wrongly_is_mended(said: str) -> None:
    try:
        wrong = said.encode().decode("cp1252")
    except UnicodeDecodeError:
        return
    assert text.mended(wrong) in (said, text.mended(said))


def test_right_text_is_left_as_it_is() -> None:
    for said in ("Café Âge £20", "naïve Ärger", "Ysgol Gyfun Gŵyr", "10–12, 20°"):
        assert text.mended(said) == said


def test_long_texts_are_cut_at_a_word() -> None:
    assert text.clean("word " * 2_000, 50) == "word word word word word word word word word..."


def test_days_that_are_none() -> None:
    for said in ("", "TBC", "31/02/2027", "2027-13-01", "0001-01-01", "9999-01-01", "Sept 27", "1" * 500):
        assert day(said) is None
    assert day("1 Medi 2027") == date(2027, 9, 1)
    assert day("September 6, 2027") == date(2027, 9, 6)


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("Diploma in Plumbing L2", "2"), ("Entry Level 3 Skills", "entry"), ("Entry Level English", "entry"),
        ("Levels 1 to 3", None), ("Level 1 and Level 2", None), ("Level 2/3 Care", None),
        ("BTEC National Sport", "3"), ("GCSE Maths", "2"),
        ("Access to HE Nursing", "3"), ("Foundation Degree Arts", "5"), ("HNC Construction", "4"), ("Yoga", None),
        ("T Level Digital", "3"), ("Advanced Apprenticeship Care", "3"),
    ],
)  # fmt: skip
def test_levels_in_titles(said: str, level: str | None) -> None:
    assert levels.from_words(said) == level


def test_routes() -> None:
    assert kinds.route_of("fe_college", "Brightwater College", "Plumbing apprenticeship") == "apprenticeship"
    assert kinds.route_of("sixth_form", "Dunes Sixth Form", "A level Maths") == "school"
    assert kinds.route_of("sixth_form", "Dunes Sixth Form College", "A level Maths") == "college"
    assert kinds.route_of("voluntary", "Next Steps Trust", "Re-engagement course") == "re_engagement"
    assert kinds.route_of("training_provider", "Spark Ltd", "Traineeship") == "training"


def test_subjects_by_code(vocabulary: Vocabulary) -> None:
    subjects = Subjects(vocabulary)
    assert subjects.find("Unit 7", codes=["05.2"]) == "construction"
    assert subjects.find("Unit 7", codes=["TC.1"]) == "construction"
    assert subjects.find("Unit 7", codes=["QQ", "99.9"]) == "other"
    assert subjects.named("Hair and beauty") == "hair_beauty"
    assert subjects.named("motor_vehicle") == "motor_vehicle"
    assert subjects.find("Engineering apprenticeship") == "engineering"


def test_addresses() -> None:
    assert addresses.town(["1st Floor", "Elgar House", "Shrub Hill Road", "Worcester", "WR4 9EN"]) == "Worcester"
    assert addresses.town(["KEHELLAND", "CAMBORNE", "Cornwall"]) == "Camborne"
    assert addresses.position("1.386", "51.381") is None
    assert addresses.ages("14 to 16") == (14, 16)
    assert addresses.ages("over 19") == (19, None)
    assert addresses.money("£1,250.50") == "£1,250.50"
    assert spoken_interval("PT3H") == "3 hours"
