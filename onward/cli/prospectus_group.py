"""The group ``onward prospectus``, to which several files add their commands."""

import typer

from onward.cli.demand import demand

group = typer.Typer(no_args_is_help=True, help="The area's catalogue of courses: what is read in, and what is missed.")


def register(app: typer.Typer) -> None:
    """Add the group, with every command that other files gave it."""
    group.command("demand")(demand)
    app.add_typer(group, name="prospectus")
