"""The shape of the monthly return, from ``data/returns/monthly.yml``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from casework.yamlfile import BadData, read_yaml

FACTS = frozenset({
    "database_id", "la_code", "date_of_send", "period_end", "supplier_name", "supplier_xml_version",
    "xml_schema_version", "young_persons_id", "given_name", "family_name", "gender", "date_of_birth", "cohort_status",
    "town", "postcode", "ethnicity", "uln", "guarantee_indicator", "guarantee_y11", "guarantee_y11_la",
    "guarantee_y12", "guarantee_y12_la", "level_of_need", "send_flag", "characteristics", "activity_code",
    "activity_name", "start_date", "date_ascertained", "date_verified", "review_date", "due_to_lapse_date",
    "currency_lapsed", "establishment_name", "neet_start_date", "predicted_end_date", "intended_destination",
    "school_name", "year_group",
})  # fmt: skip
"""Everything that an element or a column may hold."""

TYPES = frozenset({
    "digit", "digits3", "digits10", "digits13", "name", "text", "date", "gender", "letter", "postcode", "ethnicity",
    "yes_no",
})  # fmt: skip

PATTERNS = {
    "digit": r"\d",
    "digits3": r"\d{3}",
    "digits10": r"\d{10}",
    "digits13": r"\d{13}",
    "gender": "[FMUW]",
    "letter": "[A-Z]",
    "yes_no": "[YN]",
    "postcode": r"[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}",
    "ethnicity": "[A-Z]{4}",
}
"""What a value of each of these types looks like."""

Level = Literal["must", "should", "never"]
CHECKS = (
    "no_local_id", "name", "gender", "ethnicity", "address", "no_activity", "no_start", "not_verified",
    "no_planned_end", "form", "too_young", "too_old", "needs_plan", "adult_only", "circumstance", "same_uln",
    "unsettled_code",
)  # fmt: skip
_ELEMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


@dataclass(frozen=True)
class Element:
    """One element: it holds a fact, or other elements."""

    name: str
    value: str | None = None
    type: str = "text"
    longest: int | None = None
    required: bool = False
    many: bool = False
    holds: tuple["Element", ...] = ()

    def leaves(self) -> Iterator["Element"]:
        """Every element in it that holds a fact."""
        if self.value is not None:
            yield self
        for inner in self.holds:
            yield from inner.leaves()


@dataclass(frozen=True)
class MonthlySpec:
    """Everything that can change about the monthly return."""

    root: str
    header: Element
    person: Element
    settings: dict[str, str | None]
    cohort_status: dict[str, str]
    ages: frozenset[int]
    ages_with_plan: frozenset[int]
    intended_destination: dict[str, str | None]
    checks: dict[str, Level]
    needs_planned_end: frozenset[str]
    needs_plan: frozenset[str]
    adult_only: frozenset[str]
    circumstances: dict[str, str]
    confirmed: bool
    source: str

    @classmethod
    def load(cls, data_dir: Path) -> "MonthlySpec":
        """Read the shape. Raises ``BadData``, which says where it is wrong."""
        return _load(data_dir / "returns" / "monthly.yml")


@lru_cache(maxsize=4)
def _load(path: Path) -> MonthlySpec:
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise BadData(f"{path}: it needs root, header, person and holds")
    holds = _elements(path, content.get("holds"), "holds")
    spec = MonthlySpec(
        root=_element_name(path, content.get("root")),
        header=Element(
            _element_name(path, content.get("header_name")), holds=_elements(path, content.get("header"), "header")
        ),
        person=Element(_element_name(path, content.get("person")), holds=holds),
        settings={name: None if value is None else str(value) for name, value in _map(path, content, "settings")},
        cohort_status={name: str(value) for name, value in _map(path, content, "cohort_status")},
        ages=frozenset(content.get("ages") or ()),
        ages_with_plan=frozenset(content.get("ages_with_plan") or ()),
        intended_destination=dict(_map(path, content, "intended_destination")),
        checks=dict(_map(path, content, "checks")),
        needs_planned_end=frozenset(content.get("needs_planned_end") or ()),
        needs_plan=frozenset(content.get("needs_plan") or ()),
        adult_only=frozenset(content.get("adult_only") or ()),
        circumstances=dict(content.get("circumstances") or {}),
        confirmed=bool(content.get("confirmed")),
        source=str(content.get("source") or ""),
    )
    _check(path, spec)
    return spec


def _check(path: Path, spec: MonthlySpec) -> None:
    for name in ("database_id", "la_code"):
        value = spec.settings.get(name)
        if value is not None and not re.fullmatch(r"\d{3}", value):
            raise BadData(f"{path}: {name} must be three digits, in quotes")
    if spec.settings.get("id_from") not in ("local_id", "onward"):
        raise BadData(f"{path}: id_from must be local_id or onward")
    for name in ("in_cohort", "left_area", "too_old"):
        if not re.fullmatch(r"[A-Z]", spec.cohort_status.get(name, "")):
            raise BadData(f"{path}: cohort_status needs a letter for {name}")
    if not spec.ages or not all(type(age) is int for age in spec.ages | spec.ages_with_plan):
        raise BadData(f"{path}: ages must be a list of academic ages")
    for name, level in spec.checks.items():
        if name not in CHECKS or level not in ("must", "should", "never"):
            raise BadData(f"{path}: checks has {name}: {level}, which is not one (must, should, never)")
    if missing := set(CHECKS) - set(spec.checks):
        raise BadData(f"{path}: checks does not say {', '.join(sorted(missing))}")


def _map(path: Path, content: dict[str, Any], name: str) -> Any:
    found = content.get(name)
    if not isinstance(found, dict):
        raise BadData(f"{path}: it needs {name}")
    return found.items()


def _element_name(path: Path, name: Any) -> str:
    if not isinstance(name, str) or not _ELEMENT.fullmatch(name):
        raise BadData(f"{path}: {name!r} cannot be the name of an element")
    return name


def _elements(path: Path, rows: Any, where: str) -> tuple[Element, ...]:
    if not isinstance(rows, list) or not rows:
        raise BadData(f"{path}: {where} needs a list of elements")
    return tuple(_element(path, row) for row in rows)


def _element(path: Path, row: Any) -> Element:
    name = _element_name(path, row.get("name") if isinstance(row, dict) else row)
    if "holds" in row:
        return Element(name, holds=_elements(path, row["holds"], name))
    if row.get("value") not in FACTS:
        raise BadData(f"{path}: {name} holds {row.get('value')!r}, which is not a fact that a return can have")
    if row.get("type") not in TYPES:
        raise BadData(f"{path}: {name} is of type {row.get('type')!r}, which is not one")
    return Element(
        name, row["value"], row["type"], row.get("longest"), bool(row.get("required")), bool(row.get("many"))
    )
