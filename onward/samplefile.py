"""Reading the files of the sample area, with errors that say where exactly one is wrong."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from onward.sampleentries import Entry


class SampleError(Exception):
    """The sample area cannot be loaded. The message says which file and line, and what is wrong, in plain words."""


class Row(dict[str, Any]):
    """An entry of a file that knows on which line each of its fields is."""

    line = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines: dict[str, int] = {}


# the C parser reads the area's 7,000 lines in a fraction of a second; the other one takes several
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    pass


def _row(loader: Any, node: yaml.MappingNode) -> Row:
    row = Row()
    row.line = node.start_mark.line + 1
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in row:
            raise yaml.MarkedYAMLError(problem=f"{key} is there twice", problem_mark=key_node.start_mark)
        row[key] = loader.construct_object(value_node, deep=True)
        row.lines[key] = key_node.start_mark.line + 1
    return row


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _row)


E = TypeVar("E", bound=Entry)


def read_rows(path: Path) -> Any:
    """What a file holds. Raises ``SampleError`` where it is missing or cannot be read."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 -- a safe loader
    except (FileNotFoundError, NotADirectoryError):
        raise SampleError(f"{path} is missing") from None
    except UnicodeDecodeError:
        raise SampleError(f"{path}: it is not UTF-8 text") from None
    except yaml.MarkedYAMLError as error:
        where = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise SampleError(f"{path}{where}: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise SampleError(f"{path}: {error}") from None


def entries(path: Path, rows: Any, kind: type[E]) -> list[tuple[Row, E]]:
    """The entries of a list in a file, each with its row. Raises ``SampleError`` at the first that is wrong."""
    if not isinstance(rows, list):
        raise SampleError(f"{path}: there must be a list of entries")
    found = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Row):
            raise SampleError(f"{path}: entry {number} must have named fields")
        try:
            found.append((row, kind.model_validate(row)))
        except ValidationError as error:
            raise wrong(path, row, _field(error), _problem(error)) from None
    return found


def wrong(path: Path, row: Row, field: tuple[str | int, ...], problem: str) -> SampleError:
    """The error that points at a field of an entry."""
    line, at = row.line, row
    for part in field:
        if isinstance(at, Row):
            line = at.lines.get(str(part), line)
        try:
            at = at[part]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(at, Row):
            line = at.line
    name = ".".join(str(part) for part in field)
    who = row.get("ref")
    return SampleError(f"{path}, line {line}{f' ({who})' if who else ''}: {name + ': ' if name else ''}{problem}")


def _field(error: ValidationError) -> tuple[str | int, ...]:
    return error.errors()[0]["loc"]


def _problem(error: ValidationError) -> str:
    first = error.errors()[0]
    if first["type"] == "missing":
        return "is missing"
    if first["type"] == "extra_forbidden":
        return "is not a field that is known here"
    return first["msg"].removeprefix("Value error, ")
