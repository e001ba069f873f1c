"""The share of questions of which a right course is among the first three. Prints JSON.

    .venv/bin/python -m tests.bench.search_quality [tests/data/prospectus_development.jsonl] [--misses]

Each line of the file is ``{"text": ..., "right": [refs]}``; any of the refs will do. Every question is asked with
several rotations, because equals take turns: it counts as the share of these that are right. ``--misses`` says which
were not; leave it out for questions that are held out, which nobody tunes to.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from sqlmodel import Session, SQLModel

import casework.tables  # noqa: F401
from casework.db import open_engine, reading
from onward.sample import load_sample
from prospectus.ask import ask
from prospectus.vocabulary import Vocabulary
from tests.bench.courses import DATA, TODAY

QUESTIONS = Path(__file__).resolve().parents[1] / "data" / "prospectus_development.jsonl"
ROTATIONS = 12
MUST_HOLD = 0.9


def score(session: Session, vocabulary: Vocabulary, question: dict[str, Any]) -> tuple[float, list[str]]:
    """The share of rotations in which a right course is among the first three, and what came first in one."""
    right = set(question["right"])
    answers = [ask(session, vocabulary, question["text"], today=TODAY, rotation=turn)[1] for turn in range(ROTATIONS)]
    good = sum(bool(right & {hit.course_ref for hit in (a.hits or a.near)[:3]}) for a in answers)
    return good / ROTATIONS, [f"{hit.course_ref} {hit.title}" for hit in (answers[0].hits or answers[0].near)[:3]]


def main() -> int:
    """Measure and print. Exit status 1 below what it must hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", default=QUESTIONS)
    parser.add_argument("--misses", action="store_true")
    args = parser.parse_args()
    questions = [json.loads(line) for line in args.file.read_text(encoding="utf-8").splitlines() if line.strip()]
    vocabulary = Vocabulary.load(DATA)
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/sample.db")
        SQLModel.metadata.create_all(engine)
        load_sample(engine, DATA, today=TODAY)
        with reading(engine) as session:
            scores = [(question, *score(session, vocabulary, question)) for question in questions]
        engine.dispose()
    share = sum(good for _, good, _ in scores) / len(scores)
    if args.misses:
        for question, good, first in sorted(scores, key=lambda s: s[1]):
            if good < 1:
                print(f"{good:.2f}  {question['text']!r}  wanted {question['right'][:3]}  got {first}", file=sys.stderr)
    print(json.dumps({"questions": len(scores), "right_in_first_three": round(share, 4), "holds": share >= MUST_HOLD}))
    return 0 if share >= MUST_HOLD else 1


if __name__ == "__main__":
    sys.exit(main())
