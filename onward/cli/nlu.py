"""Commands that measure how well messages are understood."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from onward.cli.common import Json, print_json, read_settings

HELD_OUT = Path("tests") / "data" / "held_out.jsonl"
EXAMPLES = 40


def register(app: typer.Typer) -> None:
    """Add these commands."""
    nlu = typer.Typer(no_args_is_help=True, help="How well messages are understood.")
    nlu.command("evaluate")(evaluate)
    nlu.command("compare")(compare)
    app.add_typer(nlu, name="nlu")


def evaluate(
    held_out: Annotated[
        Path | None,
        typer.Option("--held-out", metavar="FILE", help="Labelled messages, one JSON object a line."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where to write the report (default: var/nlu).")
    ] = None,
    folds: Annotated[int, typer.Option(min=0, max=20, help="Parts of the cross-validation; 0 leaves it out.")] = 5,
    json: Json = False,
) -> None:
    """Measure understanding: the training examples by cross-validation, and messages that nobody trained on.

    Prints the figures, and writes tables, pictures and a result that `onward nlu compare` reads.
    """
    from onward import model
    from onward.nlu_compare import summary
    from onward.nlu_report import write
    from onward.nlu_rows import Result, Row, read_messages
    from onward.nlu_run import cross_validate, read_with
    from onward.settings import PROJECT
    from onward.understand import topics

    settings = read_settings()
    file = held_out or (PROJECT / HELD_OUT if (PROJECT / HELD_OUT).exists() else None)
    messages = read_messages(file) if file else []
    trained = model.ensure(_line)
    sets: dict[str, tuple[Row, ...]] = {}
    facts: dict[str, Any] = {"model": trained.name}
    with _Bar() as bar:
        if messages:
            sets["held_out"], facts["cost"] = read_with(trained, messages, bar.show)
        if folds:
            sets["cross_validation"], facts["cross_validation"] = cross_validate(settings.data_dir, folds, bar.show)
    result = Result(trained.name.split(".")[0], sets, facts)
    folder = out or settings.var_dir / "nlu"
    printed = write(result, topics(settings.data_dir), folder, EXAMPLES)
    if json:
        print_json({"facts": facts, "figures": summary(result, topics(settings.data_dir)), "report": str(folder)})
        return
    print(printed)
    print(f"\nWritten: {folder / 'report.html'}")


def compare(
    first: Annotated[Path, typer.Argument(metavar="A", help="A result, the folder of a report, or a model.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="What to hold against it.")],
    held_out: Annotated[
        Path | None, typer.Option("--held-out", metavar="FILE", help="Labelled messages that models read.")
    ] = None,
    json: Json = False,
) -> None:
    """Say how two results or two models differ, how sure that is, and which messages changed."""
    from onward.nlu_compare import compare as held_against
    from onward.nlu_report import comparison_text
    from onward.understand import topics

    settings = read_settings()
    with _Bar() as bar:
        one, other = (_result(path, held_out, bar) for path in (first, second))
    found = held_against(one, other, topics(settings.data_dir))
    if json:
        print_json({name: one.as_json() for name, one in found.items()})
        return
    print(comparison_text(one.name, other.name, found))


def _result(path: Path, held_out: Path | None, bar: "_Bar") -> Any:
    from onward.nlu_rows import Result, read_messages
    from onward.nlu_run import read_with
    from onward.problems import Problem
    from onward.settings import PROJECT

    if path.is_dir():
        return Result.load(path / "result.json")
    if path.suffixes[-2:] != [".tar", ".gz"]:
        return Result.load(path)
    if not path.is_file():
        raise Problem(f"There is no model at {path}.")
    messages = read_messages(held_out or PROJECT / HELD_OUT)
    rows, cost = read_with(path, messages, bar.show)
    return Result(path.name, {"held_out": rows}, {"cost": cost})


def _line(text: str) -> None:
    if sys.stderr.isatty():
        print(text, file=sys.stderr, flush=True)


class _Bar:
    """Progress on one line, for a person at a terminal; a program or a file gets none."""

    WIDTH = 30

    def __init__(self) -> None:
        self._shown = False

    def __enter__(self) -> "_Bar":
        return self

    def show(self, done: int, of: int, what: str) -> None:
        """Say how far it is."""
        if sys.stderr.isatty():
            full = self.WIDTH * done // max(1, of)
            bar = "#" * full + "." * (self.WIDTH - full)
            print(f"\r[{bar}] {done} of {of} {what:<12}", end="", file=sys.stderr, flush=True)
            self._shown = True

    def __exit__(self, *_: object) -> None:
        if self._shown:
            print(file=sys.stderr)
