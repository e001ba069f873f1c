"""Commands about staff and schools: who there is, passwords, roles."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from onward.cli.common import Json, print_json, read_settings
from onward.cli.recordtools import open_record
from onward.problems import Problem

if TYPE_CHECKING:
    from sqlmodel import Session

Email = Annotated[str, typer.Argument(help="The adviser's email address.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(roles)
    advisers = typer.Typer(no_args_is_help=True, help="Advisers: who there is, and how they sign in.")
    advisers.command("add")(add)
    advisers.command("password")(password)
    advisers.command("leave")(leave)
    advisers.command("back")(back)
    advisers.command("list")(listed)
    app.add_typer(advisers, name="advisers")
    schools = typer.Typer(no_args_is_help=True, help="Schools that young people belong to.")
    schools.command("add")(add_school)
    schools.command("list")(list_schools)
    app.add_typer(schools, name="schools")


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


def add(
    ref: Annotated[str, typer.Argument(help="A short reference, as in A7. Caseload files may name advisers by it.")],
    name: Annotated[str, typer.Argument(help="Their name, as young people are told it.")],
    email: Email,
    phone: Annotated[str | None, typer.Option(help="Their number.")] = None,
    area: Annotated[str | None, typer.Option(help="Where they work.")] = None,
    hours: Annotated[
        list[str] | None, typer.Option(help="As in mon=09:00-17:00, one a day. Default: weekdays, nine to five.")
    ] = None,
) -> None:
    """Put an adviser into the record, and print their first password once."""
    from casework import staffing

    first = staffing.new_password()
    with _changing() as (session, at):
        pattern = staffing.working_pattern(hours or [])
        adviser = staffing.add_adviser(
            session, ref, name, email, first, at=at, actor="system", phone=phone, area=area, working_pattern=pattern
        )
        said = f"{adviser.name} ({adviser.ref}) is in the record. They sign in with {adviser.email} and"
    _tell(said, first)


def password(email: Email) -> None:
    """Give an adviser a new password, print it once, and sign them out everywhere."""
    from casework import staffing

    first = staffing.new_password()
    with _changing() as (session, at):
        adviser = staffing.adviser_by_email(session, email)
        staffing.set_password(session, adviser, first, at=at, actor="system")
        said = f"{adviser.name} signs in with {adviser.email} and"
    _tell(said, first)


def leave(email: Email) -> None:
    """Say that an adviser has left: they cannot sign in, and their young people are in the duty queue."""
    _set_active(email, active=False)


def back(email: Email) -> None:
    """Say that an adviser who had left is back."""
    _set_active(email, active=True)


def listed(json: Json = False) -> None:
    """List the advisers."""
    from sqlmodel import col, select

    from casework.db import reading
    from casework.tables import Adviser

    with open_record() as (engine, _), reading(engine) as session:
        found = [
            {
                "ref": one.ref,
                "name": one.name,
                "email": one.email,
                "active": one.active,
                "can_sign_in": one.active and one.password_hash is not None,
                "roles": list(one.roles or ()),
            }
            for one in session.exec(select(Adviser).order_by(col(Adviser.id)))
        ]
    if json:
        print_json({"advisers": found})
        return
    for one in found:
        left = "" if one["active"] else ", has left"
        print(f"{one['ref']}  {one['name']}  {one['email']}{left}")


def add_school(
    ref: Annotated[str, typer.Argument(help="A short reference, as in S7.")],
    name: Annotated[str, typer.Argument(help="Its name, as caseload files have it.")],
    town: Annotated[str, typer.Argument(help="Its town.")],
    sixth_form: Annotated[bool, typer.Option("--sixth-form", help="It has a sixth form.")] = False,
) -> None:
    """Put a school into the record."""
    from casework import staffing

    with _changing() as (session, _):
        school = staffing.add_school(session, ref, name, town, sixth_form=sixth_form)
        said = f"{school.name} ({school.ref}) is in the record."
    print(said)


def list_schools(json: Json = False) -> None:
    """List the schools."""
    from sqlmodel import col, select

    from casework.db import reading
    from casework.tables import School

    with open_record() as (engine, _), reading(engine) as session:
        found = [
            {"ref": one.ref, "name": one.name, "town": one.town, "has_sixth_form": one.has_sixth_form}
            for one in session.exec(select(School).order_by(col(School.name)))
        ]
    if json:
        print_json({"schools": found})
        return
    for one in found:
        print(f"{one['ref']}  {one['name']}, {one['town']}")


def _set_active(email: str, *, active: bool) -> None:
    from casework import staffing

    with _changing() as (session, at):
        adviser = staffing.adviser_by_email(session, email)
        staffing.set_active(session, adviser, active, at=at, actor="system")
        said = f"{adviser.name} ({adviser.ref}) {'can sign in again' if active else 'has left'}."
    print(said)


def _tell(said: str, first: str) -> None:
    """The password goes out by itself, so that a script can take it."""
    typer.echo(f"{said} this password, which they change in the console:", err=True)
    print(first)


@contextmanager
def _changing() -> "Iterator[tuple[Session, datetime]]":
    from casework.clock import system_clock
    from casework.db import writing
    from casework.staffing import StaffError

    try:
        with open_record() as (engine, _), writing(engine) as session:
            yield session, system_clock()
    except StaffError as error:
        raise Problem(str(error), status=2) from None
