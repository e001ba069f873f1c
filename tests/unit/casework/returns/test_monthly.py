"""The monthly return: who is in it, what it says of them, what must be put right first, and its shape."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import Engine

from casework.activities.currency import Currency
from casework.activities.timeline import Codebook
from casework.db import reading, writing
from casework.destinations.guarantee import outcomes
from casework.destinations.guaranteefile import GuaranteeRules
from casework.names import NameRules
from casework.nccis import Nccis
from casework.returns.monthly import CannotMake, Made, Options, make, period_end
from casework.returns.schema import schema, validate
from casework.returns.spec import MonthlySpec
from casework.tables import Activity
from casework.yamlfile import BadData
from tests.unit.casework.returns.conftest import DATA, NOV, NOW, SEPT, Add, at, change


def made(engine: Engine, data: Path, tmp_path: Path, month: str = "2026-11", **options: Any) -> tuple[Made, list[Any]]:
    """Make it, and answer the records as elements."""
    out = tmp_path / "return.xml"
    out.unlink(missing_ok=True)
    result = make(engine, data, month, now=NOW, options=Options(out=out, **options))
    records = etree.parse(str(out)).getroot().findall("YoungPersonsRecord") if result.path else []
    return result, records


def said(record: Any, name: str) -> str | None:
    found = record.find(f".//{name}")
    return None if found is None else str(found.text)


def test_one_young_person(engine: Engine, data: Path, tmp_path: Path, add: Add) -> None:
    add("230", characteristics=["110", "160"], uln="1000000051", activity={"detail": {"provider": "Pellbrook & Sons"}})
    result, [record] = made(engine, data, tmp_path)
    assert (result.records, result.shape, result.by_status) == (1, [], {"P": 1})
    facts = {
        "YoungPersonsID": "4440000000101", "GivenName": "Maya", "FamilyName": "O'Neil", "Gender": "F",
        "DOB": "2010-02-14", "LeadLEA": "886", "CohortStatus": "P", "Postcode": "CT9 9ZX", "SENDFlag": "N",
        "ActivityCode": "230", "StartDate": "2026-09-07", "DateVerified": "2026-09-07", "CurrencyLapsed": "N",
        "PredictedEndDate": "2027-07-02", "DueToLapseDate": "2027-07-02", "UniqueLearnerNo": "1000000051",
        "EstablishmentName": "Pellbrook & Sons", "NEETStartDate": None, "IntendedDestinationYr11": None,
    }  # fmt: skip
    assert {name: said(record, name) for name in facts} == facts
    assert [one.text for one in record.findall(".//CharacteristicCode")] == ["110", "160"]
    header = etree.parse(str(tmp_path / "return.xml")).getroot().find("FileHeader")
    assert header is not None
    assert (said(header, "PeriodEnd"), said(header, "DateOfSend")) == ("2026-11-30", "2026-12-03")
    assert (tmp_path / "return.xml").stat().st_mode & 0o077 == 0


def test_neet_has_a_start_and_never_lapses(engine: Engine, data: Path, tmp_path: Path, add: Add) -> None:
    id_ = add("619", activity={"start": date(2025, 9, 1), "verified_on": date(2025, 9, 1)})
    with writing(engine) as session:
        session.add(
            Activity(
                young_person_id=id_, code="640", start=date(2026, 1, 5), verified_on=date(2026, 1, 5), source="adviser",
                recorded_at=at(SEPT),
            )
        )  # fmt: skip
    _, [record] = made(engine, data, tmp_path)
    names = ("ActivityCode", "StartDate", "NEETStartDate", "CurrencyLapsed", "DueToLapseDate")
    assert [said(record, name) for name in names] == ["640", "2026-01-05", "2025-09-01", "N", None]


def test_a_lapsed_record_keeps_its_code_and_says_so(engine: Engine, data: Path, tmp_path: Path, add: Add) -> None:
    add("330", activity={"start": date(2026, 1, 5), "verified_on": date(2026, 1, 5)})
    _, [record] = made(engine, data, tmp_path)
    names = ("ActivityCode", "StartDate", "CurrencyLapsed", "DueToLapseDate", "NEETStartDate")
    assert [said(record, name) for name in names] == ["330", "2026-01-05", "Y", "2026-07-05", None]


def test_nothing_on_record_goes_as_not_known(engine: Engine, data: Path, tmp_path: Path, add: Add) -> None:
    add(None)
    result, [record] = made(engine, data, tmp_path)
    assert (said(record, "ActivityCode"), said(record, "NEETStartDate")) == ("810", None)
    assert result.by_check == {"no_activity": 1}


@pytest.mark.parametrize(
    ("facts", "month", "status"),
    [
        ({}, "2026-11", "P"),
        ({"date_of_birth": date(2011, 2, 14)}, "2026-11", "P"),  # Year 11
        ({"date_of_birth": date(2012, 2, 14)}, "2026-11", None),  # Year 10
        ({"date_of_birth": date(2008, 8, 31)}, "2026-09", "A"),  # 18: last in September, once
        ({"date_of_birth": date(2008, 8, 31)}, "2026-10", None),
        ({"date_of_birth": date(2008, 8, 31), "ehc_plan": True}, "2026-10", "P"),
        ({"date_of_birth": date(2001, 9, 1), "ehc_plan": True}, "2026-08", "P"),
        ({"date_of_birth": date(2001, 8, 31), "ehc_plan": True}, "2026-09", "A"),
        ({"left_area_on": date(2026, 10, 31)}, "2026-11", None),
        ({"left_area_on": date(2026, 11, 1)}, "2026-11", "L"),
        ({"left_area_on": date(2026, 11, 30)}, "2026-11", "L"),
        ({"left_area_on": date(2026, 12, 1)}, "2026-11", "P"),
        ({"date_of_birth": None}, "2026-11", None),
    ],
)
def test_who_is_in_it_and_leavers_once(
    engine: Engine, data: Path, tmp_path: Path, add: Add, facts: dict[str, Any], month: str, status: str | None
) -> None:
    add("330", **facts)
    change(data, "gender: should  ", "gender: never  ")
    result, records = made(engine, data, tmp_path, month)
    assert [said(record, "CohortStatus") for record in records] == ([status] if status else [])
    assert result.no_date_of_birth == (1 if "date_of_birth" in facts and facts["date_of_birth"] is None else 0)


def test_the_month_is_as_it_was_known_at_its_end(engine: Engine, data: Path, tmp_path: Path, add: Add) -> None:
    id_ = add("230")
    with writing(engine) as session:
        later = NOV + timedelta(days=1)
        session.add(
            Activity(
                young_person_id=id_, code="330", start=date(2026, 11, 2), verified_on=later, source="adviser",
                recorded_at=at(later),
            )
        )  # fmt: skip
    _, [record] = made(engine, data, tmp_path)
    assert said(record, "ActivityCode") == "230"


@pytest.mark.parametrize(
    ("born", "month", "offered_on", "y11", "y12"),
    [
        (date(2011, 2, 14), "2027-05", date(2027, 3, 1), "110", None),  # Year 11 in summer
        (date(2011, 2, 14), "2027-10", date(2027, 3, 1), "110", None),  # the same, in the autumn after
        (date(2011, 2, 14), "2026-11", date(2026, 10, 1), None, None),  # Year 11 in autumn: too early
        (date(2010, 2, 14), "2027-05", date(2027, 3, 1), None, "110"),  # Year 12 in summer
        (date(2010, 2, 14), "2027-05", date(2026, 3, 1), None, None),  # only last year's offer
        (date(2009, 2, 14), "2026-11", date(2026, 3, 1), None, "110"),  # Year 13 in autumn
    ],
)
def test_the_september_guarantee(
    engine: Engine,
    data: Path,
    tmp_path: Path,
    add: Add,
    born: date,
    month: str,
    offered_on: date,
    y11: str | None,
    y12: str | None,
) -> None:
    add("110" if born.year == 2011 else "230", date_of_birth=born, plans=(("offered", "college", offered_on),),
        activity={"end": date(2027, 7, 2)})  # fmt: skip
    out = tmp_path / "r.xml"
    result = make(engine, data, month, now=at(date(2027, 12, 1)), options=Options(out=out))
    assert result.shape == []
    record = etree.parse(str(out)).getroot().find("YoungPersonsRecord")
    assert record is not None
    found = {year: record.findtext(f"SeptemberGuarantee/{year}/GuaranteeStatus") for year in ("Year11", "Year12")}
    assert found == {"Year11": y11, "Year12": y12}
    assert said(record, "GuaranteeStatusIndicator") == ("Y" if y11 or y12 else None)


@pytest.mark.parametrize(
    ("stages", "facts", "code"),
    [
        ((("offered", "college"),), {}, "110"),
        ((("offered", "college"), ("declined", "college")), {}, "110"),
        ((("enrolled", "college"),), {}, "110"),  # nobody enrols without an offer
        ((("offered", "job"),), {}, None),  # a job is no offer of education or training
        ((("offered", "college"), ("not_appropriate", None)), {}, None),  # an adviser said so after it
        ((("applied", "college"),), {}, None),
        ((("offered", "college"),), {"nation": "wales"}, None),
    ],
)
def test_the_return_and_the_register_say_the_same_of_the_guarantee(
    engine: Engine, data: Path, tmp_path: Path, add: Add, stages: tuple[tuple[str, str], ...], facts: dict[str, Any],
    code: str | None,
) -> None:  # fmt: skip
    days = [date(2027, 3, number + 1) for number in range(len(stages))]
    plans = tuple((stage, route, day) for (stage, route), day in zip(stages, days, strict=True))
    id_ = add("110", date_of_birth=date(2011, 2, 14), plans=plans, **facts)
    out = tmp_path / "r.xml"
    made = make(engine, data, "2027-05", now=at(date(2027, 6, 1)), options=Options(out=out))
    assert made.shape == []
    record = etree.parse(str(out)).getroot().find("YoungPersonsRecord")
    assert record is not None
    assert record.findtext("SeptemberGuarantee/Year11/GuaranteeStatus") == code
    rules, book = GuaranteeRules.load(data), Codebook(Nccis.load(data), Currency.load(data))
    with reading(engine) as session:
        found = {one.known.person.id: one.status for one in outcomes(session, rules, book, date(2027, 5, 31))}
    assert (found[id_].code if id_ in found else None) == code


def test_a_changed_rule_of_the_guarantee_changes_the_return(
    engine: Engine, data: Path, tmp_path: Path, add: Add
) -> None:
    add("110", date_of_birth=date(2011, 2, 14), plans=(("offered", "job", date(2027, 3, 1)),))
    path = data / "guarantee.yml"
    path.write_text(path.read_text("utf-8").replace("{route: job,", "{route: nothing_else,"), "utf-8")
    out = tmp_path / "r.xml"
    make(engine, data, "2027-05", now=at(date(2027, 6, 1)), options=Options(out=out))
    assert etree.parse(str(out)).getroot().findtext(".//Year11/GuaranteeStatus") == "110"


def test_intended_destinations_once_their_codes_are_filled_in(
    engine: Engine, data: Path, tmp_path: Path, add: Add
) -> None:
    add("110", date_of_birth=date(2011, 2, 14), plans=(("intended", "college", SEPT), ("applied", "school", NOV)))
    _, [record] = made(engine, data, tmp_path)
    assert said(record, "IntendedDestinationYr11") is None
    change(data, "  school: null", '  school: "111"')
    _, [record] = made(engine, _fresh(data), tmp_path)
    assert said(record, "IntendedDestinationYr11") == "111"


def _fresh(data: Path) -> Path:
    """The same files under another name, so that they are read again."""
    return data.rename(data.with_name("data-changed"))


@pytest.mark.parametrize(
    ("facts", "check", "must"),
    [
        ({"local_id": None}, "no_local_id", True),
        ({"first_name": "Maya2"}, "name", True),
        ({"last_name": "O'Neil (mum)"}, "name", True),
        ({"postcode": None}, "address", True),
        ({"postcode": "CT99ZX"}, "form", True),
        ({"gender": "X"}, "form", True),
        ({"gender": None}, "gender", False),
        ({"ethnicity": None}, "ethnicity", False),
        ({"code": "280"}, "needs_plan", True),
        ({"code": "440"}, "adult_only", False),
        ({"code": "550"}, "unsettled_code", False),
        ({"code": "620"}, "circumstance", False),
        ({"code": "230", "activity": {"end": None}}, "no_planned_end", False),
        ({"code": "330", "activity": {"start": None}}, "no_start", False),
        ({"code": "330", "activity": {"verified_on": None}}, "not_verified", False),
        ({"code": "110", "activity": {"verified_on": date(2026, 6, 1), "start": date(2026, 6, 1)}}, "too_old", False),
        ({"code": "330", "date_of_birth": date(2011, 2, 14)}, "too_young", False),
    ],
)
def test_what_must_and_what_should_be_put_right(
    engine: Engine, data: Path, tmp_path: Path, add: Add, facts: dict[str, Any], check: str, must: bool
) -> None:
    # a copy: both databases are given the same facts
    facts = dict(facts)
    add(facts.pop("code", "330"), **facts)
    result, records = made(engine, data, tmp_path)
    assert result.by_check[check] == 1
    fault = next(one for one in result.faults if one.check == check)
    assert (fault.ref, fault.level) == ("Y1", "must" if must else "should")
    assert "Maya" not in fault.words
    assert "Neil" not in fault.words
    assert (len(records), result.path is None) == ((0, True) if must else (1, False))


def test_the_rest_can_be_written_without_what_is_wrong(engine: Engine, data: Path, tmp_path: Path, add: Add) -> None:
    add("330", local_id=None)
    add("330")
    result, records = made(engine, data, tmp_path, leave_out=True)
    assert (result.records, result.left_out, len(records)) == (1, 1, 1)


def test_one_uln_of_two_people(engine: Engine, data: Path, tmp_path: Path, add: Add) -> None:
    add("330", uln="1000000051")
    add("330", uln="1000000051")
    result, _ = made(engine, data, tmp_path)
    assert result.by_check == {"same_uln": 2}


def test_nothing_is_written_where_it_was_only_checked_or_is_wrong(
    engine: Engine, data: Path, tmp_path: Path, add: Add
) -> None:
    add("330", local_id=None)
    out = tmp_path / "return.xml"
    out.write_text("last month's", encoding="utf-8")
    assert make(engine, data, "2026-11", now=NOW, options=Options()).must == 1
    assert make(engine, data, "2026-11", now=NOW, options=Options(out=out)).path is None
    assert out.read_text(encoding="utf-8") == "last month's"
    assert not list(tmp_path.glob(".*.part"))


def test_hostile_text_is_only_text(engine: Engine, data: Path, tmp_path: Path, add: Add) -> None:
    add("330", town="<b>&amp;]]>\x07", activity={"detail": {"provider": "x" * 300}})
    result, [record] = made(engine, data, tmp_path)
    assert result.shape == []
    assert said(record, "Town") == "<b>&amp;]]>"
    assert len(said(record, "EstablishmentName") or "") == 200


def test_a_changed_specification_is_a_changed_file(engine: Engine, data: Path, tmp_path: Path, add: Add) -> None:
    add("330")
    change(
        data,
        "root: CCISReturn", "root: Return",
        "{name: GivenName, value: given_name", "{name: Forename, value: given_name",
        "      - {name: Town, value: town, type: text, longest: 100}\n", "",
    )  # fmt: skip
    out = tmp_path / "r.xml"
    result = make(engine, data, "2026-11", now=NOW, options=Options(out=out))
    assert result.shape == []
    root = etree.parse(str(out)).getroot()
    assert root.tag == "Return"
    assert root.findtext(".//Forename") == "Maya"
    assert root.find(".//Town") is None


def test_the_shape_that_ships_is_the_shape_that_is_made() -> None:
    text = schema(MonthlySpec.load(DATA), NameRules.load(DATA))
    assert (DATA / "returns" / "monthly.xsd").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("<DOB>2010-02-14</DOB>", "<DOB>14/02/2010</DOB>", "DOB"),
        ("<YoungPersonsID>4440000000101", "<YoungPersonsID>444101", "YoungPersonsID"),
        ("<GivenName>Maya", "<GivenName>M4ya", "GivenName"),
        ("      <CohortStatus>P</CohortStatus>\n", "", "Town"),
        ("</CCISReturn>", "", "not XML that can be read"),
        ("</FileHeader>", "</FileHeader><Surprise>Maya</Surprise>", "Surprise is here"),
        ("CCISReturn>", "Other>", "begins with Other"),
    ],
)
def test_what_is_not_in_the_shape_is_told_without_what_it_says(
    engine: Engine, data: Path, tmp_path: Path, add: Add, old: str, new: str, says: str
) -> None:
    add("330")
    made(engine, data, tmp_path)
    path = tmp_path / "return.xml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    found = validate(path, MonthlySpec.load(data), NameRules.load(data))
    assert found
    assert says in found[0]
    assert not any(word in " ".join(found) for word in ("Maya", "M4ya", "14/02/2010", "444101"))


@pytest.mark.parametrize("month", ["2026", "2026-13", "11-2026", "2026-1", "next", "2026-11-01"])
def test_months_that_are_none(month: str) -> None:
    with pytest.raises(CannotMake):
        period_end(month)


def test_a_service_must_say_who_it_is(engine: Engine) -> None:
    with pytest.raises(CannotMake, match="database_id"):
        make(engine, DATA, "2026-11", now=NOW, options=Options())


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("value: gender, type: gender", "value: shoe_size, type: gender", "Gender holds 'shoe_size'"),
        ("value: gender, type: gender", "value: gender, type: colour", "'colour'"),
        ("root: CCISReturn", "root: <x>", "cannot be the name of an element"),
        ("  gender: should ", "  gender: perhaps ", "gender: perhaps"),
        ('database_id: "444"', 'database_id: "44"', "three digits"),
        ("  same_uln: should ", "  other: should ", "other: should"),
    ],
)
def test_a_shape_that_cannot_be_is_refused(data: Path, old: str, new: str, says: str) -> None:
    change(data, old, new)
    with pytest.raises(BadData, match=says):
        MonthlySpec.load(data)
