"""Periods and flows, and what their file may not say."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from casework.activities.currency import Currency, Flow, add_months
from casework.activities.timeline import Codebook
from casework.nccis import Nccis, Status
from casework.yamlfile import BadData
from tests.unit.casework.activities.conftest import DATA


def test_every_code_has_a_flow_and_only_neet_stays(book: Codebook) -> None:
    assert set(book.currency.periods) == set(book.nccis.activities)
    stays = {code for code, period in book.currency.periods.items() if period.flow is Flow.STAYS}
    assert stays == book.nccis.codes(Status.NEET)
    assert book.currency.confirmed is False


@pytest.mark.parametrize("code", ["110", "230", "260", "310", "330", "350", "619", "710", "810"])
def test_review_comes_before_expiry_and_neither_after_the_end(book: Codebook, code: str) -> None:
    verified, end = date(2026, 9, 7), date(2026, 10, 1)
    dates = book.currency.dates(code, verified)
    if code == "810":
        assert (dates.review_on, dates.expires_on) == (None, None)
        return
    assert dates.review_on
    assert dates.expires_on
    assert verified <= dates.review_on < dates.expires_on
    ended = book.currency.dates(code, verified, end=end)
    assert ended.expires_on == end
    assert ended.review_on
    assert verified <= ended.review_on <= end


def test_months_end_where_the_month_does() -> None:
    assert add_months(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert add_months(date(2026, 12, 31), 1) == date(2027, 1, 31)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"619": {flow: stays', '"619": {flow: not_known', "NEET stays NEET"),
        ('"330": {flow: not_known', '"330": {flow: stays', "nothing else does"),
        ('"330": {flow: not_known, months: 6', '"330": {flow: not_known, months: soon', "330 needs months"),
        ('"330": {flow: not_known', '"330": {flow: forgotten', "330 needs a flow"),
        ('  "330"', '  "331"', "activity 330 has no flow"),
    ],
)
def test_a_file_that_cannot_be_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    (tmp_path / "plans").mkdir()
    shutil.copy(DATA / "nccis.yml", tmp_path)
    text = (DATA / "plans" / "currency.yml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "plans" / "currency.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadData, match=says):
        Currency.load(tmp_path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("activities: []", "list of activities"),
        ('activities:\n  - {code: "110", name: x, counts_as: maybe}', "counts as 'maybe'"),
        ("activities:\n  - {code: 110, name: x, counts_as: neither}", "in quotes"),
        ('activities:\n  - {code: "110", name: x, counts_as: neither}', "activity 810 is missing"),
    ],
)
def test_a_code_list_that_cannot_be_is_refused(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "nccis.yml").write_text(text, encoding="utf-8")
    with pytest.raises(BadData, match=says):
        Nccis.load(tmp_path)
