"""Commands that look after an installation: doctor, train."""

from typing import Annotated

import typer

from onward.cli.common import Json, print_json, read_settings

MARKS = {"well": "ok     ", "warning": "look at", "wrong": "WRONG  "}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(doctor)
    app.command()(train)


def doctor(json: Json = False) -> None:
    """Check the installation, and say what is wrong and what to do. Exits 1 if anything is wrong."""
    from onward.doctor import examine

    found = []
    for looked in examine():
        found.append(looked)
        if not json:
            print(f"{MARKS[looked.finding.level]}  {looked.about}: {looked.finding.found}", flush=True)
            if looked.finding.remedy:
                print(f"         {looked.finding.remedy}")
    wrong = sum(looked.finding.level == "wrong" for looked in found)
    if json:
        print_json({"well": not wrong, "findings": [looked.as_json() for looked in found]})
    elif wrong:
        print(f"{wrong} thing{'s are' if wrong > 1 else ' is'} wrong.")
    else:
        print("All is well.")
    if wrong:
        raise typer.Exit(1)


def train(
    force: Annotated[bool, typer.Option(help="Train even if nothing changed.")] = False,
) -> None:
    """Train the assistant's model if what it is made from changed."""
    from onward import model

    read_settings()
    print(f"The model is {model.ensure(lambda line: print(line, flush=True), force=force)}")
