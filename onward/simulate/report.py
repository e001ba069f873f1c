"""What a simulated time came to, for a person, for a program, and as a file of every contact."""

import csv
from collections import Counter
from pathlib import Path
from typing import Any

from onward.simulate.area import Area
from onward.simulate.checks import school_days

CHECKS = (
    "after STOP",
    "in quiet hours",
    "on a bank holiday",
    "above the cap",
    "during a hand-over",
    "to a number known to be wrong",
    "sent twice",
    "the same contact sent twice",
    "planned contact without outcome (planned)",
    "planned contact without outcome (queued)",
    "ended contact without outcome and reason",
    "new NEET not contacted or handed over in time",
)
"""Everything that is checked, in the order in which it is said."""


def as_json(area: Area) -> dict[str, Any]:
    """All of it but the log."""
    return {
        "young_people": area.people,
        "from": area.first.isoformat(),
        "to": area.last.isoformat(),
        "seed": area.seed,
        "digest": area.digest,
        "texts": dict(sorted(area.texts.items())),
        "answers": area.answers,
        "became_neet": area.became_neet,
        "crashes": area.crashes,
        "plans": {plan: dict(sorted(outcomes.items())) for plan, outcomes in by_plan(area).items()},
        "adviser_tasks": {"total": area.tasks.total(), "by_day": dict(sorted(area.tasks.items()))},
        "invariants": {name: area.broken.get(name, 0) for name in (*CHECKS, *sorted(set(area.broken) - set(CHECKS)))},
        "broken": area.broken.total(),
    }


def by_plan(area: Area) -> dict[str, Counter[str]]:
    """Outcomes by plan."""
    found: dict[str, Counter[str]] = {}
    for (_, plan, outcome), count in sorted(area.contacts.items()):
        found.setdefault(plan, Counter())[outcome] += count
    return found


def as_text(area: Area) -> str:
    """All of it for a person, without pictures."""
    columns = ("sent", "answered", "handed_over", "closed", "skipped", "suppressed", "late", "failed", "ahead")
    heads = ("sent", "answered", "adviser", "closed", "skipped", "held", "late", "failed", "ahead")
    lines = [
        f"{area.people:,} invented young people from {area.first} to {area.last}, seed {area.seed}.",
        f"{area.texts.total():,} texts went out, {area.answers:,} came in; the worker died {area.crashes:,} times.",
        "",
        f"{'Plan':24}" + "".join(f"{head:>10}" for head in heads),
    ]
    for plan, outcomes in by_plan(area).items():
        lines.append(f"{plan:24}" + "".join(f"{outcomes.get(name, 0):>10,}" for name in columns))
    days = school_days(area.first, area.last)
    most = max(area.tasks.items(), key=lambda item: (item[1], item[0]), default=None)
    lines += [
        "",
        "sent: no answer (yet). adviser: handed over as a task. held: not sent, and the reason kept.",
        f"Advisers were brought {area.tasks.total():,} tasks: {area.tasks.total() / max(1, days):.1f} a working day"
        + (f", {most[1]} on the fullest ({most[0]})." if most else "."),
        f"{area.became_neet:,} became NEET, as far as the record learnt.",
        "",
        "Held to, by an account of its own:",
    ]
    lines += [
        f"  {'BROKEN' if count else 'ok':7}{name}{f': {count}' if count else ''}"
        for name, count in as_json(area)["invariants"].items()
    ]
    lines.append(f"\nResult {area.digest}: the same people, days and seed come to the same.")
    return "\n".join(lines)


def write_log(area: Area, path: Path) -> None:
    """Every contact that came to something: when, who, which plan, why, and what came of it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("at", "young_person", "plan", "why", "outcome"))
        writer.writerows(area.log)
