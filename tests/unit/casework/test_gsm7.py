"""What a text costs, checked against the tables and against laying characters out one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.gsm7 import BASIC, EXTENSION, clean, is_gsm7, measure

GSM7 = st.text(st.sampled_from(BASIC + EXTENSION), max_size=700)
ANY = st.text(max_size=400)
MIXED = st.text(st.sampled_from("aŵ€😂é"), max_size=300)


def laid_out(text: str) -> tuple[str, int, int]:
    """The same count the slow way: parts of whole characters, as a handset puts them together."""
    if all(c in BASIC + EXTENSION for c in text):
        sizes, single, part, name = [2 if c in EXTENSION else 1 for c in text], 160, 153, "gsm7"
    else:
        sizes = [len(c.encode("utf-16-le", "surrogatepass")) // 2 for c in text]
        single, part, name = 70, 67, "ucs2"
    if sum(sizes) <= single:
        return name, sum(sizes), 1 if sizes else 0
    parts = [0]
    for size in sizes:
        if parts[-1] + size > part:
            parts.append(0)
        parts[-1] += size
    return name, sum(sizes), len(parts)


@given(st.one_of(GSM7, ANY, MIXED))
def test_the_quick_count_is_the_slow_count(text: str) -> None:
    measured = measure(text)
    assert (measured.encoding, measured.units, measured.segments) == laid_out(text)


def test_the_alphabet_is_whole() -> None:
    # 128 codes, of which 0x1B is the escape
    assert len(BASIC) == len(set(BASIC)) == 127
    assert len(EXTENSION) == len(set(EXTENSION)) == 10
    assert BASIC.index("A") == 0x41 - 1  # everything after the escape is one place lower
    assert BASIC.index("@") == 0x00
    assert BASIC.index("Ç") == 0x09
    assert BASIC.index("Æ") == 0x1C - 1
    assert BASIC.index("à") == 0x7F - 1


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", "gsm7", 0, 0),
        ("a" * 160, "gsm7", 160, 1),
        ("a" * 161, "gsm7", 161, 2),
        ("a" * 306, "gsm7", 306, 2),
        ("a" * 307, "gsm7", 307, 3),
        ("€" * 80, "gsm7", 160, 1),
        ("a" + "€" * 80, "gsm7", 161, 2),
        # the 77th euro does not fit in the single place that is left of the first part
        ("€" * 153, "gsm7", 306, 3),
        ("ŵ" * 70, "ucs2", 70, 1),
        ("ŵ" * 71, "ucs2", 71, 2),
        ("ŵ" * 134, "ucs2", 134, 2),
        ("ŵ" * 135, "ucs2", 135, 3),
        ("😂" * 35, "ucs2", 70, 1),
        ("😂" * 67, "ucs2", 134, 3),
        ("😂" * 1600, "ucs2", 3200, 49),
        ("ç", "ucs2", 1, 1),
        ("á", "ucs2", 1, 1),
        ("é", "gsm7", 1, 1),
        ("`", "ucs2", 1, 1),
    ],
)
def test_known_sizes(text: str, encoding: str, units: int, segments: int) -> None:
    measured = measure(text)
    assert (measured.encoding, measured.units, measured.segments) == (encoding, units, segments)


def test_typography_becomes_plain() -> None:
    assert (
        clean("“It’s” – a ‘new’ course… • one\u00a0two\t3 × 4\u200b `ok`")
        == "\"It's\" - a 'new' course... - one two 3 x 4 'ok'"
    )
    assert is_gsm7(clean("“It’s” – a ‘new’ course… • one\u00a0two"))
    assert clean("a\r\nb\rc") == "a\nb\nc"


@pytest.mark.parametrize("text", ["tŷ ger y dŵr", "żółć", "سلام، کمک می‌خواهم", "ção", "Ünï", "👩‍🔧", "€5"])
def test_no_letter_of_any_language_is_touched(text: str) -> None:
    assert clean(text) == text


def test_a_letter_in_two_parts_becomes_one() -> None:
    assert clean("w\u0302") == "ŵ"
    assert measure(clean("cafe\u0301")).encoding == "gsm7"


@given(ANY)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(GSM7)
def test_what_is_gsm7_stays_gsm7(text: str) -> None:
    assert is_gsm7(clean(text))
