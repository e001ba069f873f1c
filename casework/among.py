"""Asking for rows by many values at once, in one parameter.

``IN`` with a list has a parameter for each value: with five hundred of them, putting the statement together costs more
than running it. Here they travel as one array (PostgreSQL) or one JSON list (SQLite).
"""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Dialect, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.type_api import TypeEngine
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import Boolean, TypeDecorator


class _Values(TypeDecorator[Any]):
    """Several values of one type as one parameter."""

    impl = Text
    cache_ok = True

    def __init__(self, of: TypeEngine[Any]) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(self.of) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> Any:
        values = list(value or ())
        return values if dialect.name == "postgresql" else json.dumps(values)


class Among(ColumnElement[bool]):
    """Whether a column's value is one of those in a parameter."""

    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012 -- as SQLAlchemy declares it
        ("column", InternalTraversal.dp_clauseelement),
        ("values", InternalTraversal.dp_clauseelement),
    ]
    type = Boolean()
    # or SQLite is asked whether it "= 1", which no index answers
    _is_implicitly_boolean = True

    def __init__(self, column: ColumnElement[Any], values: BindParameter[Any]) -> None:
        self.column, self.values = column, values


@compiles(Among)
def _one_by_one(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = compiler.process(element.column, **options), compiler.process(element.values, **options)
    return f"({column} IN (SELECT value FROM json_each({values})))"  # noqa: S608 -- both are SQLAlchemy's own


@compiles(Among, "postgresql")
def _any(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = compiler.process(element.column, **options), compiler.process(element.values, **options)
    return f"({column} = ANY ({values}))"


def among(column: Any, values: Iterable[Any] | str) -> ColumnElement[bool]:
    """Whether ``column`` (whole numbers or words) is one of ``values``; of none, nothing is.

    A word for ``values`` is the name of the parameter that brings them: for statements that are built once.
    """
    of = _Values(column.type)
    if isinstance(values, str):
        return Among(column, bindparam(values, type_=of))
    return Among(column, bindparam(None, list(values), type_=of, unique=True))
