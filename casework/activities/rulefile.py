"""Reading ``data/plans/activity_rules.yml``, and proving that it keeps its promises."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from casework.activities.facts import ActivityFacts
from casework.nccis import Nccis, Status
from casework.yamlfile import BadData, read_yaml

UNKNOWN = "unknown"
_YES_NO = ("yes", "no")
VALUES: dict[str, tuple[str, ...]] = {
    "age": ("school_age", "under_18", "adult"),
    "hours": ("full", "part"),
    "training": ("regulated", "other", "none"),
    "temporary": _YES_NO,
    "self_employed": _YES_NO,
    "part_time": _YES_NO,
    "alone": _YES_NO,
    "looking": _YES_NO,
    "programme": ("funded", "supported_internship", "traineeship", "dwp", "other"),
    "compliant": _YES_NO,
    "provider": ("school", "sixth_form_college", "college", "university", "special"),
}
"""What a rule may ask for, and the answers there are."""
EXTRA_QUESTIONS = ("since", "start_on", "what")
"""Questions that no rule asks for, and a record still wants answered."""
_CLAIMS = (Status.PARTICIPATING, Status.NEET)


@dataclass(frozen=True)
class Rule:
    """One rule: what must be so, the code, and why."""

    id: str
    when: Mapping[str, tuple[str, ...]]
    code: str
    because: str

    def fits(self, state: Mapping[str, str]) -> bool:
        """Whether everything that it asks for is so."""
        return all(state[name] in allowed for name, allowed in self.when.items())


@dataclass(frozen=True)
class KindRules:
    """The rules of one kind of activity, in their order."""

    kind: str
    rules: tuple[Rule, ...]
    uses: tuple[str, ...]
    """The facts that any of them asks for."""
    ask: tuple[str, ...]

    def first(self, state: Mapping[str, str]) -> Rule:
        """The first rule that fits. There always is one: the last asks for nothing."""
        return next(rule for rule in self.rules if rule.fits(state))

    def states(self) -> Iterable[dict[str, str]]:
        """Every mixture of the facts that matter, known or not."""
        for values in product(*((UNKNOWN, *VALUES[name]) for name in self.uses)):
            yield dict(zip(self.uses, values, strict=True))


@dataclass(frozen=True)
class RuleFile:
    """Every kind's rules, and the words of the questions."""

    kinds: dict[str, KindRules]
    questions: dict[str, str]
    full_time_hours: float
    confirmed: bool

    def state(self, facts: ActivityFacts) -> dict[str, str]:
        """The facts in the words of the rules."""
        hours = None if facts.hours is None else "full" if facts.hours >= self.full_time_hours else "part"
        alone = None if facts.beside is None else "yes" if facts.beside == "nothing" else "no"
        told = {
            "age": facts.age,
            "hours": hours,
            "training": facts.training,
            "temporary": _word(facts.temporary),
            "self_employed": _word(facts.self_employed),
            "part_time": _word(facts.part_time),
            "alone": alone,
            "looking": _word(facts.looking),
            "programme": facts.programme,
            "compliant": _word(facts.compliant),
            "provider": facts.provider_kind,
        }
        return {name: told[name] or UNKNOWN for name in self.kinds[facts.kind].uses}


def _word(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def read_rules(data_dir: Path, kinds: Iterable[str]) -> RuleFile:
    """Read the rules and check them. Raises ``BadData``, which names the kind and the rule."""
    path = data_dir / "plans" / "activity_rules.yml"
    content = read_yaml(path)
    if not isinstance(content, dict) or not isinstance(content.get("kinds"), dict):
        raise BadData(f"{path}: it needs kinds, each with rules")
    hours = content.get("full_time_hours")
    if not isinstance(hours, (int, float)) or isinstance(hours, bool) or not 1 <= hours <= 60:
        raise BadData(f"{path}: full_time_hours must be a number of hours a week")
    questions = content.get("questions") or {}
    for name in (*VALUES, *EXTRA_QUESTIONS):
        if not isinstance(questions.get(name), str):
            raise BadData(f"{path}: questions has none for {name}")
    nccis = Nccis.load(data_dir)
    read = {kind: _kind(path, kind, row, nccis) for kind, row in content["kinds"].items()}
    if set(read) != set(kinds):
        odd = sorted(set(read) ^ set(kinds))
        raise BadData(f"{path}: the kinds must be those of casework.activities.facts; these differ: {', '.join(odd)}")
    ids = [rule.id for one in read.values() for rule in one.rules]
    if len(ids) != len(set(ids)):
        raise BadData(f"{path}: two rules have one id: {sorted({one for one in ids if ids.count(one) > 1})}")
    for one in read.values():
        _prove(path, one, nccis)
    return RuleFile(read, dict(questions), float(hours), bool(content.get("confirmed")))


def _kind(path: Path, kind: str, row: Any, nccis: Nccis) -> KindRules:
    if not isinstance(row, dict) or not isinstance(row.get("rules"), list) or not row["rules"]:
        raise BadData(f"{path}: {kind} needs a list of rules")
    rules = tuple(_rule(path, kind, rule, nccis) for rule in row["rules"])
    uses = tuple(name for name in VALUES if any(name in rule.when for rule in rules))
    ask = tuple(row.get("ask") or ())
    for name in ask:
        if name not in (*VALUES, *EXTRA_QUESTIONS):
            raise BadData(f"{path}: {kind} would ask for {name}, which is no fact")
    return KindRules(kind, rules, uses, ask)


def _rule(path: Path, kind: str, row: Any, nccis: Nccis) -> Rule:
    if not isinstance(row, dict) or not all(isinstance(row.get(key), str) for key in ("id", "code", "because")):
        raise BadData(f"{path}: each rule of {kind} needs an id, a code (in quotes) and a because")
    if row["code"] not in nccis.activities:
        raise BadData(f"{path}: rule {row['id']}: {row['code']} is not an activity code of nccis.yml")
    when: dict[str, tuple[str, ...]] = {}
    for name, wanted in (row.get("when") or {}).items():
        values = tuple(wanted) if isinstance(wanted, list) else (wanted,)
        allowed = (*VALUES.get(name, ()), UNKNOWN)
        if name not in VALUES or not all(value in allowed for value in values):
            raise BadData(f"{path}: rule {row['id']}: {name} cannot be {wanted!r}")
        when[name] = values
    return Rule(row["id"], when, row["code"], row["because"])


def _prove(path: Path, kind: KindRules, nccis: Nccis) -> None:
    """The rules of a kind are total, none is dead, and none claims more than was said."""
    if kind.rules[-1].when:
        raise BadData(f"{path}: the last rule of {kind.kind} must have no when, so that there is always one that fits")
    for rule in kind.rules:
        # NEET is only ever claimed of somebody who said that there is nothing else
        if nccis.status(rule.code) is Status.NEET and kind.kind != "nothing" and rule.when.get("alone") != ("yes",):
            raise BadData(f"{path}: rule {rule.id} claims neet, so it must ask for alone: yes")
    used: set[str] = set()
    statuses = {}
    for state in kind.states():
        rule = kind.first(state)
        used.add(rule.id)
        statuses[tuple(state.values())] = (rule.id, nccis.status(rule.code))
    for rule in kind.rules:
        if rule.id not in used:
            raise BadData(f"{path}: rule {rule.id} is never reached: another comes before it each time")
    for values, (rule_id, status) in statuses.items():
        if status not in _CLAIMS or UNKNOWN not in values:
            continue
        choices = (
            VALUES[name] if value == UNKNOWN else (value,) for name, value in zip(kind.uses, values, strict=True)
        )
        for full in product(*choices):
            if statuses[full][1] is not status:
                unknown = [name for name, value in zip(kind.uses, values, strict=True) if value == UNKNOWN]
                raise BadData(
                    f"{path}: rule {rule_id} claims {status.value} while {' and '.join(unknown)} could still change it"
                )
