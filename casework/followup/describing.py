"""Plans in words: for whom, from when, and what happens."""

from typing import Any

from casework.followup.conditions import said_conditions
from casework.followup.plan import Plan, Step


def said_plan(plan: Plan) -> list[str]:
    """A few lines about a plan."""
    urgent = ", urgent" if plan.urgent else ""
    lines = [
        f"{plan.key} (importance {plan.importance}{urgent}, version {plan.version}): {plan.title}",
        f"    who    {said_conditions(plan.content['who'])}",
        f"    when   {said_when(plan)}",
        *(f"    {'steps' if number == 1 else '     '}  {said_step(step)}" for number, step in enumerate(plan.steps, 1)),
    ]
    if plan.repeat is not None:
        spans = sorted({str(span) for span in plan.repeat.every.values()})
        by = ", by need" if len(spans) > 1 else ""
        lines.append(f"    again  every {' or '.join(spans)}{by}, {plan.repeat.most} times at most")
    lines.append(f"    late   after {plan.late.after}: {_LATE[plan.late.then]}")
    return lines


_LATE = {"send": "it goes all the same", "next_window": "it goes the next morning", "drop": "it is dropped"}


def said_when(plan: Plan) -> str:
    """When the first contact is due."""
    anchor = plan.start.removeprefix("calendar.").replace("_", " ")
    if plan.before is not None:
        day = f"{plan.before} before {anchor}"
    elif plan.after is not None:
        day = f"{plan.after} after {anchor}"
    else:
        day = f"on the day: {anchor}"
    return f"{day}, at {plan.at:%H:%M}"


def said_step(step: Step) -> str:
    """One try."""
    what = {
        "text": f"asks {step.asks}" if step.asks else f"says {step.says}",
        "call": f"a task for the adviser, {step.urgency}",
        "close": f"closes the record as {step.code}",
    }[step.kind]
    return f"{what}, {step.wait} after the one before" if step.wait else what


def plan_json(plan: Plan) -> dict[str, Any]:
    """A plan for a program."""
    return {
        "plan": plan.key,
        "version": plan.version,
        "title": plan.title,
        "importance": plan.importance,
        "urgent": plan.urgent,
        "who": plan.content["who"],
        "who_in_words": said_conditions(plan.content["who"]),
        "when": said_when(plan),
        "steps": [said_step(step) for step in plan.steps],
        "source": plan.source,
    }
