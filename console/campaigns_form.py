"""The form of a campaign: what an officer typed as a draft, and a draft as what is typed in the form."""

from datetime import date, datetime, time
from typing import Any

import yaml

from casework.campaigns.drafts import Draft
from casework.campaigns.filters import read_filter
from casework.clock import LONDON
from casework.followup.conditions import BadCondition
from casework.followup.spans import at_local
from console.campaigns_words import ACTIVITY, FLAGS

LONGEST = 4000
_SINGLE = ("adviser", "school", "town", "nation", "language", "need")
_NUMBERS = ("hold_out", "per_hour", "measure_days", "late_after_days")
DEFAULTS = {
    "hold_out": "0",
    "per_hour": "500",
    "measure_days": "28",
    "late_after_days": "3",
    "measure": "",
    "asks": "",
}


def read(form: dict[str, str]) -> tuple[Draft, dict[str, str]]:
    """What was typed, and what cannot be read in it, by field. What can be read is still to be checked as a whole."""
    problems: dict[str, str] = {}
    who = _who(form, problems)
    numbers = {}
    for name in _NUMBERS:
        text = form.get(name, "").strip() or DEFAULTS[name]
        if not text.isdigit() or len(text) > 6:
            problems[name] = "Enter a whole number"
            text = DEFAULTS[name]
        numbers[name] = int(text)
    draft = Draft(
        name=form.get("name", "")[:200],
        who=who,
        wording={language: form.get(language, "")[:LONGEST] for language in ("en", "cy")},
        asks=form.get("asks", "")[:60] or None,
        measure=form.get("measure", "")[:40] or None,
        starts_at=_starts_at(form, problems),
        urgent=form.get("urgent") == "yes",
        **numbers,
    )
    return draft.tidied(), problems


def texts(draft: Draft) -> dict[str, str]:
    """A draft as the form has it."""
    found = {
        "name": draft.name,
        "en": draft.wording.get("en", ""),
        "cy": draft.wording.get("cy", ""),
        "asks": draft.asks or "",
        "measure": draft.measure or "",
        "urgent": "yes" if draft.urgent else "",
        **{name: str(getattr(draft, name)) for name in _NUMBERS},
    }
    if draft.starts_at is not None:
        local = draft.starts_at.astimezone(LONDON)
        found |= {"start_day": local.date().isoformat(), "start_time": f"{local:%H:%M}"}
    return found | who_texts(draft.who)


def who_texts(who: dict[str, Any]) -> dict[str, str]:
    """A filter as the form has it. What the form has no field for stands among the further conditions."""
    found: dict[str, str] = {}
    more: dict[str, Any] = {}
    for name, wanted in who.items():
        words = [str(one) for one in wanted] if isinstance(wanted, list) else [str(wanted)]
        if name == "status" and set(words) <= set(ACTIVITY):
            found |= {f"status_{word}": "yes" for word in words}
        elif name in _SINGLE and len(words) == 1 and not isinstance(wanted, dict):
            found[name] = words[0]
        elif name == "code" and not isinstance(wanted, dict):
            found["code"] = ", ".join(words)
        elif name in FLAGS and isinstance(wanted, bool):
            found[name] = "yes" if wanted else "no"
        elif name == "school_year" and isinstance(wanted, dict):
            found |= {f"year_{end}": str(value) for end, value in wanted.items()}
        elif name == "days_since_contact" and set(wanted) == {"from"}:
            found["silent"] = str(wanted["from"])
        else:
            more[name] = wanted
    if more:
        found["more"] = yaml.safe_dump(more, sort_keys=False, allow_unicode=True).strip()
    return found


def _who(form: dict[str, str], problems: dict[str, str]) -> dict[str, Any]:
    who: dict[str, Any] = {}
    statuses = [status for status in ACTIVITY if form.get(f"status_{status}")]
    if statuses:
        who["status"] = statuses
    codes = form.get("code", "").replace(",", " ").split()
    if codes:
        who["code"] = codes[:40]
    for name in _SINGLE:
        if form.get(name, "").strip():
            who[name] = form[name].strip()[:80]
    years = {end: form.get(f"year_{end}", "").strip() for end in ("from", "to")}
    _range(who, "school_year", years, problems, "year_from")
    _range(who, "days_since_contact", {"from": form.get("silent", "").strip()}, problems, "silent")
    for name in FLAGS:
        if form.get(name) in ("yes", "no"):
            who[name] = form[name] == "yes"
    who |= _more(form.get("more", "")[:LONGEST], problems)
    try:
        read_filter(who)
    except BadCondition as error:
        if not {"more", "year_from", "silent"} & set(problems):
            text = str(error)
            problems["more" if form.get("more", "").strip() else "who"] = text[:1].upper() + text[1:]
    return who


def _range(who: dict[str, Any], name: str, limits: dict[str, str], problems: dict[str, str], at: str) -> None:
    given = {end: text for end, text in limits.items() if text}
    if any(not text.isdigit() or len(text) > 4 for text in given.values()):
        problems[at] = "Enter a whole number"
    elif given:
        who[name] = {end: int(text) for end, text in given.items()}


def _more(text: str, problems: dict[str, str]) -> dict[str, Any]:
    if not text.strip():
        return {}
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError:
        found = None
    if not isinstance(found, dict):
        problems["more"] = "Write one condition a line, as in age: {from: 16, to: 17}"
        return {}
    return {str(name): wanted for name, wanted in found.items()}


def _starts_at(form: dict[str, str], problems: dict[str, str]) -> datetime | None:
    day, at = form.get("start_day", "").strip(), form.get("start_time", "").strip()
    if not day and not at:
        return None
    try:
        return at_local(date.fromisoformat(day), time.fromisoformat(at or "00:00"))
    except ValueError:
        problems["start_day"] = "Enter a day as 2026-12-01, and a time as 09:30 where you want one"
        return None
