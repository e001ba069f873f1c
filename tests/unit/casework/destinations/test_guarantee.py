"""The September Guarantee: outcomes, who has none, and why."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlmodel import Session

from casework.activities.timeline import Codebook
from casework.destinations.guarantee import at_risk, counts, outcomes, without_birth_date
from casework.destinations.guaranteefile import GuaranteeRules
from casework.tables import Activity
from casework.yamlfile import BadData
from tests.casebook import JO, KIT, LEE, MIA, NOOR, NOW
from tests.unit.casework.destinations.conftest import DATA, born, put

MARCH = date(2027, 3, 1)
ELEVEN = date(2011, 2, 1)
TWELVE = date(2010, 2, 1)
THIRTEEN = date(2009, 2, 1)


@pytest.fixture(autouse=True)
def years(session: Session) -> None:
    born(session, JO, ELEVEN)
    born(session, KIT, TWELVE)
    born(session, LEE, ELEVEN, nation="wales")
    born(session, MIA, THIRTEEN)
    born(session, NOOR, None)


def found(session: Session, rules: GuaranteeRules, book: Codebook, on: date = MARCH, **more: Any) -> dict[int, str]:
    return {one.known.person.id or 0: one.status.key for one in outcomes(session, rules, book, on, **more)}


def test_those_who_are_16_and_17_by_september_in_england(
    session: Session, rules: GuaranteeRules, book: Codebook
) -> None:
    assert set(found(session, rules, book)) == {JO, KIT}
    assert without_birth_date(session, MARCH) == 1
    # from October on it is about the next September
    assert rules.year_of(date(2027, 9, 30)) == 2027
    assert rules.year_of(date(2027, 10, 1)) == 2028


def test_whoever_left_the_area_is_not_in_it(session: Session, rules: GuaranteeRules, book: Codebook) -> None:
    born(session, JO, ELEVEN, left_area_on=date(2027, 1, 5))
    assert set(found(session, rules, book)) == {KIT}


def test_nothing_recorded_is_not_the_same_as_no_offer(session: Session, rules: GuaranteeRules, book: Codebook) -> None:
    put(session, JO, "intended", date(2026, 11, 1), undecided=True)
    assert found(session, rules, book) == {JO: "no_offer", KIT: "not_recorded"}


@pytest.mark.parametrize(
    ("stages", "status"),
    [
        (["applied"], "no_offer"),
        (["applied", "interview"], "no_offer"),
        (["applied", "rejected"], "no_offer"),
        (["applied", "offered"], "offered"),
        (["offered", "accepted"], "accepted"),
        (["offered", "declined"], "not_taken"),
        (["offered", "rejected"], "not_taken"),
        (["accepted"], "accepted"),
        (["started"], "accepted"),
    ],
)
def test_the_status_follows_from_the_stages(
    session: Session, rules: GuaranteeRules, book: Codebook, stages: list[str], status: str
) -> None:
    for number, stage in enumerate(stages):
        put(session, JO, stage, date(2027, 1, 10 + number), provider_ref="P05", subject="plumbing")
    assert found(session, rules, book)[JO] == status


def test_a_no_show_at_enrolment_means_that_there_was_an_offer(
    session: Session, rules: GuaranteeRules, book: Codebook
) -> None:
    put(session, JO, "no_show", date(2027, 1, 10), provider_ref="P05", missed="enrolment")
    put(session, KIT, "no_show", date(2027, 1, 10), provider_ref="P05", missed="interview")
    assert found(session, rules, book) == {JO: "not_taken", KIT: "no_offer"}


def test_only_offers_for_this_september_count(session: Session, rules: GuaranteeRules, book: Codebook) -> None:
    at = {"provider_ref": "P05", "subject": "plumbing"}
    put(session, KIT, "offered", date(2026, 3, 1), **at)
    put(session, KIT, "started", date(2026, 9, 7), **at)
    put(session, JO, "offered", date(2027, 10, 1), **at)
    assert found(session, rules, book) == {KIT: "no_offer", JO: "no_offer"}
    assert found(session, rules, book, date(2027, 12, 1), year=2027)[JO] == "no_offer"


def test_what_was_not_known_by_a_day_does_not_count_on_it(
    session: Session, rules: GuaranteeRules, book: Codebook
) -> None:
    put(session, JO, "offered", date(2027, 4, 1), provider_ref="P05")
    assert found(session, rules, book, MARCH)[JO] == "no_offer"
    assert found(session, rules, book, date(2027, 4, 1))[JO] == "offered"


def test_a_job_is_no_offer_under_the_guarantee(session: Session, rules: GuaranteeRules, book: Codebook) -> None:
    put(session, JO, "offered", date(2027, 1, 10), provider_ref="P14", subject="retail", route="job")
    assert found(session, rules, book)[JO] == "no_offer"


def test_a_course_that_goes_on_is_known_by_its_planned_end_only(
    session: Session, rules: GuaranteeRules, book: Codebook
) -> None:
    at = {"provider_ref": "P05", "subject": "plumbing"}
    put(session, KIT, "started", date(2026, 9, 7), **at)
    assert found(session, rules, book)[KIT] == "no_offer"
    put(session, KIT, "planned_end", date(2026, 9, 8), ends_on=date(2028, 6, 30), **at)
    assert found(session, rules, book)[KIT] == "continuing"


def test_an_activity_with_a_planned_end_goes_on_too(session: Session, rules: GuaranteeRules, book: Codebook) -> None:
    for person in (JO, KIT):
        session.add(
            Activity(
                young_person_id=person, code="230", start=date(2026, 9, 7), end=date(2028, 6, 30),
                verified_on=date(2026, 10, 1), source="provider", recorded_at=NOW,
            )
        )  # fmt: skip
    session.flush()
    # a Year 11 leaver needs an offer all the same
    assert found(session, rules, book) == {JO: "not_recorded", KIT: "continuing"}


def test_an_adviser_may_say_that_it_is_not_appropriate_until_there_is_an_offer(
    session: Session, rules: GuaranteeRules, book: Codebook
) -> None:
    put(session, JO, "not_appropriate", date(2027, 2, 1), source="adviser", reason="In hospital")
    assert found(session, rules, book)[JO] == "not_appropriate"
    put(session, JO, "offered", date(2027, 2, 20), provider_ref="P05")
    assert found(session, rules, book)[JO] == "offered"


def test_the_neediest_come_first_with_the_reasons(session: Session, rules: GuaranteeRules, book: Codebook) -> None:
    born(session, MIA, TWELVE, characteristics=["110"])
    born(session, JO, ELEVEN, ehc_plan=True)
    born(session, NOOR, ELEVEN)
    put(session, JO, "applied", date(2027, 1, 10), provider_ref="P05", subject="plumbing")
    put(session, KIT, "applied", date(2027, 1, 10), provider_ref="P05", subject="plumbing")
    put(session, KIT, "rejected", date(2027, 1, 20), provider_ref="P05", subject="plumbing")
    put(session, NOOR, "offered", date(2027, 1, 10), provider_ref="P05", subject="plumbing")
    session.add(
        Activity(
            young_person_id=KIT, code="619", start=date(2027, 2, 1), verified_on=date(2027, 2, 1), source="adviser",
            recorded_at=NOW,
        )
    )  # fmt: skip
    session.flush()
    every = outcomes(session, rules, book, MARCH)
    listed = at_risk(every)
    assert [one.known.person.id for one in listed] == [KIT, MIA, JO]
    reasons = {one.known.person.id: {reason.key for reason in one.reasons} for one in listed}
    assert reasons[KIT] == {"neet", "rejected", "quiet"}
    assert {"nothing_known", "priority"} <= reasons[MIA]
    assert "ehc_plan" in reasons[JO]
    assert reasons[JO].isdisjoint({"rejected", "nothing_known", "undecided", "not_applied", "neet"})
    total = counts(every, 2027)
    assert total.total == 4
    assert total.by_line == {"offer": 1, "no_offer": 2, "not_recorded": 1}
    assert total.by_age == {16: {"no_offer": 1, "offered": 1}, 17: {"no_offer": 1, "not_recorded": 1}}


def test_the_file_says_what_is_not_confirmed(rules: GuaranteeRules) -> None:
    assert rules.source
    assert rules.checked_on
    assert not any(status.confirmed for status in rules.statuses.values() if status.code)
    assert not rules.statuses["continuing"].confirmed
    assert rules.act_from(2027) == date(2027, 2, 1)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"act_from": "32-13"}, "is not a day of the year"),
        ({"statuses": []}, "every status must be there"),
        ({"reasons": []}, "every reason must be there"),
        ({"ages": None}, "is missing, or is not what it should be"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, change: dict[str, Any], complaint: str) -> None:
    content = yaml.safe_load((DATA / "guarantee.yml").read_text())
    (tmp_path / "guarantee.yml").write_text(yaml.safe_dump(content | change))
    with pytest.raises(BadData, match=complaint):
        GuaranteeRules.load(tmp_path)
