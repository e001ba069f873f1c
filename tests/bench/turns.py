"""Turns a second end to end, against stock Rasa in the same run. Prints JSON; exits 1 below the ratio it must hold.

Ours: signed webhook in, real Rasa with a course search as custom action, reply handed to the fake Twilio.
Stock: the same messages over its REST channel, with the same custom action, and nothing around it.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

from tests.bench import stock
from tests.bench.client import Answer, Post, closed_loop, percentile
from tests.fakes.twilio.webhooks import inbound_params, sign
from tests.system import ACCOUNT, PROJECT, SERVICE_NUMBER, TOKEN, System, free_port, start_bot, system

MUST_HOLD = 2.0
"""Our turns a second, whole path, over stock Rasa's bare ones."""

QUESTIONS = (
    "any plumbing courses near margate",
    "do you have hair and beauty level 1",
    "childcare courses in canterbury",
    "looking for a level 2 motor vehicle course",
)
"""Each is answered by the course search action."""

SENDERS = 16

UNDERSTOOD = 0.7
"""Share of the questions that the baseline must have run the search for."""


def measure_stock(port: int, turns: int) -> tuple[float, list[Answer]]:
    """Turns a second of stock Rasa with ``SENDERS`` at once."""

    def lanes(label: str, each: int) -> list[list[Post]]:
        return [
            [
                Post.of(
                    *("127.0.0.1", port, "/webhooks/rest/webhook"),
                    # each asks in a conversation of its own length, as short as the others'
                    stock.ask(QUESTIONS[i % len(QUESTIONS)], f"{label}-{lane}-{i // 8}"),
                    {"Content-Type": "application/json"},
                )
                for i in range(each)
            ]
            for lane in range(SENDERS)
        ]

    asyncio.run(closed_loop("127.0.0.1", port, lanes("warm", 2)))
    started = time.perf_counter()
    answers = asyncio.run(closed_loop("127.0.0.1", port, lanes("run", turns // SENDERS)))
    return len(answers) / (time.perf_counter() - started), answers


def webhook(running: System, number: str, sid: str, text: str) -> Post:
    """A signed webhook, ready to be sent."""
    url = f"{running.url}/channels/sms/inbound"
    params = inbound_params(sid=sid, from_=number, to=SERVICE_NUMBER, body=text, account=ACCOUNT)
    return Post.of(
        *("127.0.0.1", running.web_port, "/channels/sms/inbound", urlencode(params).encode()),
        {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": sign(url, params, TOKEN),
        },
    )


def measure_ours(running: System, turns: int) -> float:
    """Turns a second from the first webhook to the last reply at the fake Twilio."""
    _play(running, "a", SENDERS * 2)
    return turns / _play(running, "b", turns)


def _play(running: System, label: str, turns: int) -> float:
    before = len(running.texts_out())
    lanes = [
        [
            webhook(
                *(running, f"+4477009{ord(label) % 100:02d}{lane:03d}", f"SM{label}{lane:015d}{i:016d}"),
                QUESTIONS[i % len(QUESTIONS)],
            )
            for i in range(turns // SENDERS)
        ]
        for lane in range(SENDERS)
    ]
    started = time.perf_counter()
    answers = asyncio.run(closed_loop("127.0.0.1", running.web_port, lanes))
    refused = [answer.status for answer in answers if answer.status != 200]
    if refused:
        raise RuntimeError(f"{len(refused)} webhooks were refused: {refused[:5]}")
    wanted = before + len(answers)
    log = running.folder / "twilio.jsonl"
    deadline = started + 300
    while (count := log.read_bytes().count(b"\n") if log.exists() else 0) < wanted:
        if time.perf_counter() > deadline:
            raise RuntimeError(f"only {count} of {wanted} replies after 300 seconds")
        time.sleep(0.05)
    return time.perf_counter() - started


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=1600, help="turns to measure on each side")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="onward-bench-"))
    cache = PROJECT / "var" / "bench"
    cache.mkdir(parents=True, exist_ok=True)
    bot_port = free_port()
    with start_bot(folder, bot_port), system(folder / "ours", bot_port=bot_port) as running:
        ours = measure_ours(running, given.turns)
        database = running.environment["ONWARD_DATABASE_URL"]
    with stock.running(cache, database) as baseline:
        theirs, answers = measure_stock(baseline.port, given.turns // 2)
    understood = sum(b"course" in answer.body for answer in answers) / len(answers)
    if understood < UNDERSTOOD:
        raise RuntimeError(f"stock Rasa searched for only {understood:.0%} of the questions: its speed says nothing")
    result = {
        "ours_turns_per_second": round(ours, 1),
        "stock_turns_per_second": round(theirs, 1),
        "ratio": round(ours / theirs, 2),
        "must_hold": MUST_HOLD,
        "stock_p50_ms": round(percentile([answer.seconds for answer in answers], 0.5) * 1000, 1),
        "stock_understood": round(understood, 3),
        "stock_started_seconds": round(baseline.started_seconds, 1),
        "stock_memory_mb": round(baseline.memory_mb),
    }
    print(json.dumps(result, indent=1))
    return 0 if ours / theirs >= MUST_HOLD else 1


if __name__ == "__main__":
    sys.exit(main())
