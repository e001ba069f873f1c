"""Commands about advisers: roles."""

from typing import Annotated

import typer

from onward.cli.common import Json, print_json, read_settings


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(roles)


def roles(
    email: Annotated[str, typer.Argument(help="The adviser's email address.")],
    give: Annotated[list[str] | None, typer.Option(help="A role to give; may be repeated.")] = None,
    take: Annotated[list[str] | None, typer.Option(help="A role to take back; may be repeated.")] = None,
    json: Json = False,
) -> None:
    """Show an adviser's roles, give or take some: prospectus (changes courses), manager (sees what is missed)."""
    from casework.clock import system_clock
    from casework.db import open_engine, writing
    from casework.roles import ROLES, RoleError, change_role, roles_of
    from onward.preflight import check_database, require_newest_tables
    from onward.problems import Problem

    settings = read_settings()
    check_database(settings)
    engine = open_engine(settings.database_url)
    try:
        require_newest_tables(engine, settings)
        with writing(engine) as session:
            adviser, has = roles_of(session, email)
            for names, giving in ((give or [], True), (take or [], False)):
                for name in names:
                    has = change_role(session, email, name, give=giving, actor="system", at=system_clock())
            said = {"adviser": adviser.name, "roles": has}
    except RoleError as error:
        raise Problem(str(error), "Roles are given with: onward roles EMAIL --give prospectus", status=2) from None
    finally:
        engine.dispose()
    if json:
        print_json(said)
    else:
        print(f"{said['adviser']}: {', '.join(f'{one} ({ROLES[one]})' for one in has) or 'no roles'}")
