"""When somebody wants to start: "asap", "after christmas", "in january"."""

from collections.abc import Iterable, Mapping
from datetime import date

from prospectus.words import PhraseBook, tokens

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_SHORT = {name[:3]: number for number, name in enumerate(MONTHS, 1) if name not in ("march", "may")} | {"sept": 9}
# verbs as well as months: they only count after one of these
_VERBS = frozenset({"may", "march"})
_BEFORE_A_MONTH = frozenset(
    {"in", "from", "by", "start", "starts", "starting", "until", "next", "this", "early", "late"}
)


class Starts:
    """Finds a start in a text."""

    def __init__(self, now: Iterable[str], times: Mapping[str, int]) -> None:
        """``now``: words that mean at once. ``times``: named times and the month (1 to 12) that each means."""
        named = [(phrase, "now") for phrase in now] + [(phrase, str(month)) for phrase, month in times.items()]
        months = [(name, str(number)) for number, name in enumerate(MONTHS, 1)]
        self.book = PhraseBook([*named, *months, *((name, str(m)) for name, m in _SHORT.items())], loose=False)

    def find(self, text: str, *, today: date) -> str | None:
        """``now`` or the ISO date from which they want to start; a month is the next one of that name."""
        words = tokens(text)
        for found in self.book.find(words):
            said = words[found.first]
            if said in _VERBS and (found.first == 0 or words[found.first - 1] not in _BEFORE_A_MONTH):
                continue
            if found.key == "now":
                return "now"
            month = int(found.key)
            if month == today.month:
                return today.isoformat()
            return date(today.year + (month < today.month), month, 1).isoformat()
        return None
