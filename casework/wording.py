"""The filters that templates word values with: days, times, distances and lists, in English and Welsh.

Every filter takes ``None`` and answers an empty text for it, so that an unknown fact is never said as "None".
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from casework.clock import LONDON


@dataclass(frozen=True)
class Words:
    """What a language needs to say dates, lists and distances."""

    weekdays: tuple[str, ...]
    weekdays_short: tuple[str, ...]
    months: tuple[str, ...]
    months_short: tuple[str, ...]
    on_weekdays: tuple[str, ...]
    at: str
    noon: str
    midnight: str
    or_: str
    under_a_mile: str
    one_mile: str
    miles: str
    or_text: str
    and_before: Callable[[str], str]


ENGLISH = Words(
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    weekdays_short=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    months=(
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    ),
    months_short=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    on_weekdays=tuple(f"on {day}" for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")),
    at="at",
    noon="12 noon",
    midnight="midnight",
    or_="or",
    under_a_mile="under a mile",
    one_mile="1 mile",
    miles="{} miles",
    or_text="or text {} to {}",
    and_before=lambda _: "and",
)

_DYDDIAU = ("Llun", "Mawrth", "Mercher", "Iau", "Gwener", "Sadwrn", "Sul")
_MISOEDD = (
    *("Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin", "Gorffennaf"),
    *("Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr"),
)

WELSH = Words(
    weekdays=tuple(f"dydd {day}" for day in _DYDDIAU),
    weekdays_short=tuple(f"dydd {day}" for day in _DYDDIAU),
    months=_MISOEDD,
    months_short=_MISOEDD,
    # "on Tuesday" takes the soft mutation: ddydd Mawrth
    on_weekdays=tuple(f"ddydd {day}" for day in _DYDDIAU),
    at="am",
    noon="hanner dydd",
    midnight="hanner nos",
    or_="neu",
    under_a_mile="llai na milltir",
    one_mile="1 filltir",
    miles="{} milltir",
    or_text="neu tecstia {} i {}",
    and_before=lambda word: "ac" if word[:1].lower() in "aeiouwyâêîôûŵŷ" else "a",
)

WORDS: dict[str, Words] = {"en": ENGLISH, "cy": WELSH}
FAR_OFF_DAYS = 270
"""Days from now after which a day is said with its year: in autumn, next September needs it, next spring not."""

TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev"})


def as_local(value: object) -> date | datetime:
    """A date, or a moment in London, from a date, a datetime or its ISO form. Raises ``ValueError`` for others."""
    if isinstance(value, str):
        value = date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return value.astimezone(LONDON) if value.tzinfo else value.replace(tzinfo=UTC).astimezone(LONDON)
    if isinstance(value, date):
        return value
    raise ValueError("not a date")


def as_time(value: object) -> time:
    """The time of day in London, from a time, a datetime, or an ISO form of either ("09:00")."""
    if isinstance(value, str) and len(value) <= 8 and ":" in value:
        return time.fromisoformat(value if value[1:2] != ":" else f"0{value}")
    if isinstance(value, time):
        return value
    moment = as_local(value)
    if not isinstance(moment, datetime):
        raise ValueError("a date has no time of day")
    return moment.time()


def first_name(value: str | None) -> str:
    """The name to use for somebody: Sam of "Sam Okafor", but all of "Ms Okafor"."""
    parts = (value or "").split()
    if len(parts) > 1 and parts[0].rstrip(".").lower() in TITLES:
        return " ".join(parts)
    return parts[0] if parts else ""


def upfirst(value: object) -> str:
    """A capital at the beginning, the rest as it is."""
    text = "" if value is None else str(value)
    return text[:1].upper() + text[1:]


def downfirst(value: object) -> str:
    """A small letter at the beginning, unless the first word is all capitals as in BTEC."""
    text = "" if value is None else str(value)
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def cut(value: object, length: int) -> str:
    """At most ``length`` characters, cut after a whole word, with dots where something is missing."""
    text = "" if value is None else str(value)
    if len(text) <= length:
        return text
    room = max(length - 3, 1)
    head = text[:room]
    if text[room] != " " and " " in head:
        head = head.rsplit(" ", 1)[0]
    return head.rstrip(" ,.;:-") + "..."


def plural(count: float | None, one: str, many: str) -> str:
    """The count with its noun: "1 course", "2 courses"."""
    return "" if count is None else f"{count} {one if count == 1 else many}"


def _said(items: Iterable[Any] | None, attribute: str | None) -> list[str]:
    if items is None:
        return []
    if isinstance(items, str):
        return [items]
    chosen = (item[attribute] if attribute and isinstance(item, Mapping) else item for item in items)
    return [str(item) for item in chosen if item is not None]


def numbered(items: Iterable[Any] | None, attribute: str | None = None, start: int = 1) -> str:
    """Choices, one a line: "1. Plumbing". ``attribute`` picks a field when the items are mappings."""
    return "\n".join(f"{n}. {item}" for n, item in enumerate(_said(items, attribute), start))


def _far_off(on: date, today: object) -> bool:
    """Whether a day without its year would be taken for one of another year."""
    if not isinstance(today, str):
        return False
    return abs((date(on.year, on.month, on.day) - date.fromisoformat(today)).days) > FAR_OFF_DAYS


def filters(language: str) -> dict[str, Callable[..., Any]]:
    """The filters of one language, by the name that templates call them by (English for an unknown language)."""
    words = WORDS.get(language, ENGLISH)

    @pass_context
    def day(context: Context, value: object) -> str:
        """ "Tue 3 Nov"; "dydd Mawrth 3 Tachwedd"; with the year where it is far off."""
        if value is None:
            return ""
        on = as_local(value)
        plain = f"{words.weekdays_short[on.weekday()]} {on.day} {words.months_short[on.month - 1]}"
        return f"{plain} {on.year}" if _far_off(on, context.get("today")) else plain

    def on_day(value: object) -> str:
        """ "on Tue 3 Nov"; "ddydd Mawrth 3 Tachwedd"."""
        if value is None:
            return ""
        on = as_local(value)
        return f"{words.on_weekdays[on.weekday()]} {on.day} {words.months_short[on.month - 1]}"

    def weekday(value: object) -> str:
        """ "Tuesday"; "dydd Mawrth"."""
        return "" if value is None else words.weekdays[as_local(value).weekday()]

    def full_date(value: object) -> str:
        """ "3 November 2026"; "3 Tachwedd 2026"."""
        if value is None:
            return ""
        on = as_local(value)
        return f"{on.day} {words.months[on.month - 1]} {on.year}"

    def month(value: object) -> str:
        """ "November 2026"; "Tachwedd 2026"."""
        if value is None:
            return ""
        on = as_local(value)
        return f"{words.months[on.month - 1]} {on.year}"

    def clock(value: object) -> str:
        """ "9am", "2:30pm", "12 noon"."""
        if value is None:
            return ""
        at = as_time(value)
        if at.minute == 0 and at.hour in (0, 12):
            return words.noon if at.hour else words.midnight
        minutes = f":{at.minute:02}" if at.minute else ""
        return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"

    def when(value: object) -> str:
        """ "on Tue 3 Nov at 9am"; "ddydd Mawrth 3 Tachwedd am 9am"."""
        if value is None:
            return ""
        at = as_local(value)
        return f"{on_day(at)} {words.at} {clock(at)}" if isinstance(at, datetime) else on_day(at)

    def joined(items: list[str], conjunction: Callable[[str], str]) -> str:
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {conjunction(items[-1])} {items[-1]}"

    def and_list(items: Iterable[Any] | None, attribute: str | None = None) -> str:
        """ "A, B and C"; "A, B ac E"."""
        return joined(_said(items, attribute), words.and_before)

    def or_list(items: Iterable[Any] | None, attribute: str | None = None) -> str:
        """ "A, B or C"; "A, B neu C"."""
        return joined(_said(items, attribute), lambda _: words.or_)

    def miles(value: float | None) -> str:
        """A distance in whole miles: nobody walks a decimal."""
        if value is None:
            return ""
        if value < 0.75:
            return words.under_a_mile
        whole = int(value + 0.5)
        return words.one_mile if whole == 1 else words.miles.format(whole)

    def helplines(lines: Iterable[Mapping[str, Any]] | None) -> str:
        """ "Samaritans 116 123, or text SHOUT to 85258", from entries with name, call, text_word and text_to."""
        said: list[str] = []
        for line in lines or ():
            if line.get("call"):
                said.append(f"{line['name']} {line['call']}")
            elif line.get("text_to"):
                said.append(words.or_text.format(line.get("text_word") or line["name"], line["text_to"]))
        return ", ".join(said)

    return {
        "day": day,
        "on_day": on_day,
        "weekday": weekday,
        "date": full_date,
        "month": month,
        "time": clock,
        "when": when,
        "and_list": and_list,
        "or_list": or_list,
        "miles": miles,
        "helplines": helplines,
        "numbered": numbered,
        "plural": plural,
        "first_name": first_name,
        "upfirst": upfirst,
        "downfirst": downfirst,
        "cut": cut,
    }
