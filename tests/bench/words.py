"""What is done with the words of every message beside understanding them, against taking them apart with one pattern.

    python -m tests.bench.words

Prints JSON: microseconds of CPU a message, and how many times the baseline that is (a pattern over the same text, in
the same run: machines are noisy, ratios less so). Exit status 1 where a ratio is above what it may be, which is about
three times what it was when this was written; the longest messages are there for patterns that go round in circles.
"""

import json
import re
import sys
import time
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from casework.guard import Guard
from casework.keywords import keyword
from casework.language import Languages
from casework.proofreading import ALWAYS
from casework.safeguarding import Rules
from casework.voice import Voice

DATA = Path(__file__).resolve().parents[2] / "data"
TYPICAL = (
    "any plumbing courses near margate",
    "yeah that sounds good",
    "what do i need to get in",
    "i started at the college last week and its going ok so far",
    "can i still get money for the bus",
)
PIECES = (
    *("want to die ", "kicked out of ", "s.u.i.c", "****", "1!1!", "d.i.e ", "no food left ", "he said they said "),
    *("stop ", "s t o p ", "please stop texting ", "a.", "\n", "\U0001f602", "é\u0301", "not want to be a "),
)
LONGEST = tuple((piece * 1600)[:1600] for piece in PIECES)
TUESDAY = datetime(2026, 9, 1, 11, tzinfo=UTC)
ROUTINE: dict[str, Any] = {
    "opt_out_type": None,
    "remembered_language": None,
    "now": TUESDAY,
    "working_now": True,
    "adviser_name": "Sam Okafor",
    "stopped": False,
}
_WORD = re.compile(r"\w+")


def microseconds(work: Callable[[str], object], texts: Sequence[str], repeat: int = 7) -> float:
    """CPU of one message, the best of several rounds."""
    best = float("inf")
    for _ in range(repeat):
        begun = time.thread_time()
        for text in texts:
            work(text)
        best = min(best, (time.thread_time() - begun) / len(texts))
    return best * 1_000_000


def plain(text: str) -> list[str]:
    """The baseline."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def main() -> int:
    """Measure and print."""
    voice, rules, guard, languages = Voice.load(DATA), Rules.load(DATA), Guard.load(DATA), Languages.load(DATA)
    courses = ALWAYS | voice.texts["en"]["course_list"].examples[0]
    # no two alike: some of it remembers what it was asked before
    several = [f"{text} {number}" for number in range(40) for text in TYPICAL]
    measures: dict[str, tuple[Callable[[str], object], Sequence[str], int]] = {
        "guard": (lambda text: guard.check(text, **ROUTINE), several, 150),
        "language": (lambda text: languages.decide(text, None), several, 60),
        "risk": (rules.check, several, 60),
        "keyword": (keyword, several, 60),
        "wording, a few words": (
            lambda _: voice.render("thanks", ALWAYS, language="en", channel="sms"),
            several,
            20,
        ),
        "wording, a list of courses": (
            lambda _: voice.render("course_list", courses, language="en", channel="sms"),
            several,
            150,
        ),
        "risk, the longest": (rules.check, LONGEST, 60),
        "keyword, the longest": (keyword, LONGEST, 60),
    }
    figures: dict[str, Any] = {"baseline_us": round(microseconds(plain, several), 2)}
    holds = True
    for name, (work, texts, most) in measures.items():
        # of the longest, the one that takes longest
        parts = [[text] for text in texts] if texts is LONGEST else [texts]
        times, took = max((us / microseconds(plain, part), us) for part in parts for us in [microseconds(work, part)])
        holds = holds and times <= most
        figures[name] = {"us": round(took, 1), "times_baseline": round(times, 1), "may_be": most}
    print(json.dumps(figures | {"holds": holds}, indent=2))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
