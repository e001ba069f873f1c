"""The schemes that are shipped are in order, and a broken file is said to be broken, where and why."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from casework.money.schemes import Schemes
from casework.yamlfile import BadData

DATA = Path(__file__).resolve().parents[4] / "data"
SHIPPED = Schemes.load(DATA)


def test_every_nation_has_something_open() -> None:
    for nation in ("england", "wales", "scotland", "northern_ireland"):
        assert SHIPPED.open_in(nation)


def test_ema_in_england_is_kept_and_closed() -> None:
    ema = SHIPPED.get("ema_england")
    assert ema is not None
    assert (ema.status, ema.closed_on) == ("closed", date(2011, 1, 1))
    assert "ema_england" not in {scheme.key for scheme in SHIPPED.open_in("england")}


def test_thresholds_go_by_the_year() -> None:
    wales = SHIPPED.get("ema_wales")
    assert wales is not None
    by_year = [wales.threshold_on(date(year, 10, 1)) for year in (2025, 2026, 2027)]
    assert [one and (one.one, one.more) for one in by_year] == [(23400, 25974), (24570, 27273), None]


def test_wales_pays_from_the_start_within_thirteen_weeks() -> None:
    wales = SHIPPED.get("ema_wales")
    assert wales is not None
    assert wales.apply.backdated_until(date(2026, 9, 7)) == date(2026, 12, 7)


def test_what_is_past_its_review_is_stale() -> None:
    wales = SHIPPED.get("ema_wales")
    assert wales is not None
    assert not wales.stale_on(date(2027, 4, 5))
    assert wales.stale_on(date(2027, 4, 6))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("nation: wales", "nation: cornwall", "nation"),
        ("pounds: 40", "pounds: lots", "pounds"),
        ("kind: income}", "kind: incme}", "conditions"),
        ("steps: [aware, wants,", "steps: [wants, aware,", "in that order"),
        ("steps: [aware,", "steps: [awre,", "steps must be"),
        ("status: open", "status: closed", "closed_on"),
        ("short: EMA", "shrt: EMA", "shrt|short"),
        ("key: ema_wales", "key: ema_scotland", "another scheme"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    shutil.copytree(DATA / "schemes", tmp_path / "schemes")
    path = tmp_path / "schemes" / "ema-wales.yml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(BadData, match=message) as error:
        Schemes.load(tmp_path)
    assert re.search(r"ema-\w+\.yml", str(error.value))


def test_no_scheme_at_all_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadData, match="no scheme"):
        Schemes.load(tmp_path)
