"""How fast webhooks are acknowledged while 500 a second arrive, and that none is lost. Prints JSON.

The whole system runs beside it: worker, bot and fake Twilio take what they can get of the same machine.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path

from sqlalchemy import text

from casework.db import open_engine
from tests.bench.client import open_loop, percentile
from tests.bench.turns import QUESTIONS, webhook
from tests.system import free_port, start_bot, system

P99_MS = 50.0


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=500.0, help="messages a second")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--database-url", help="default: SQLite in a scratch folder")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="onward-acks-"))
    bot_port = free_port()
    count = int(given.rate * given.seconds)
    with (
        start_bot(folder, bot_port),
        system(folder / "ours", bot_port=bot_port, database_url=given.database_url) as running,
    ):
        posts = [
            webhook(running, f"+4477009{n % 2000:05d}", f"SM{n:032x}", QUESTIONS[n % len(QUESTIONS)])
            for n in range(count)
        ]
        answers = asyncio.run(open_loop("127.0.0.1", running.web_port, posts, given.rate, 64))
        engine = open_engine(running.environment["ONWARD_DATABASE_URL"])
        with engine.connect().execution_options(onward_read=True) as connection:
            stored = connection.execute(text("SELECT count(*) FROM message WHERE direction = 'in'")).scalar_one()
            handled = connection.execute(
                text("SELECT count(*) FROM message WHERE direction = 'in' AND handled_at IS NOT NULL")
            ).scalar_one()
    taken = [answer for answer in answers if answer.status == 200]
    times = [answer.seconds * 1000 for answer in taken]
    result = {
        "rate_per_second": given.rate,
        "sent": count,
        "acknowledged": len(taken),
        "stored": stored,
        "lost": len(taken) - stored,
        "p50_ms": round(percentile(times, 0.5), 1),
        "p95_ms": round(percentile(times, 0.95), 1),
        "p99_ms": round(percentile(times, 0.99), 1),
        "max_ms": round(max(times), 1),
        "turns_taken_meanwhile": handled,
    }
    print(json.dumps(result, indent=1))
    return 0 if len(taken) == count == stored and result["p99_ms"] < P99_MS else 1


if __name__ == "__main__":
    sys.exit(main())
