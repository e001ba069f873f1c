"""Commands for follow-up: what would go, why somebody is or is not contacted, and whether the plans can be read."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onward.cli.common import Json, print_json, read_settings
from onward.cli.recordtools import open_record
from onward.problems import Problem

if TYPE_CHECKING:
    from casework.followup.explaining import Explained, PlanSeen
    from casework.followup.history import Line
    from casework.followup.preview import Preview
    from casework.followup.volume import Volume


def register(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(no_args_is_help=True, help="Follow-up: what would go, and why. None of these sends anything.")
    group.command("preview")(preview)
    group.command("explain")(explain)
    group.command("plans")(plans)
    group.command("check")(check)
    group.command("volume")(volume)
    app.add_typer(group, name="followup")


def preview(
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day, as in 2027-08-26.")],
    people: Annotated[int, typer.Option(min=0, max=1000, help="How many young people to name for each plan.")] = 5,
    json: Json = False,
) -> None:
    """Say what would go on a day. Nothing is sent and nothing is changed.

    It counts what is planned, and what would be planned by then, from the record as it stands today.
    """
    from casework.clock import system_clock
    from casework.db import reading
    from casework.followup.preview import preview as work_out
    from onward.following import build_followups

    with open_record() as (engine, settings):
        reader = build_followups(engine, system_clock, settings.data_dir, service=settings.service_name).reader
        titles = {plan.key: plan.title for plan in reader.book.plans}
        try:
            with reading(engine) as session:
                found = work_out(session, reader, on.date(), system_clock(), most=people)
        except ValueError:
            raise Problem("That day has passed. Give today or a day that is still to come.", status=2) from None
    if json:
        print_json(found.as_json())
    else:
        _say_preview(found, titles)


def explain(
    person: Annotated[str, typer.Argument(help="The young person's reference, as in Y17.")],
    json: Json = False,
) -> None:
    """Say why somebody is, or is not, to be contacted: every plan line by line, what is planned, what has been."""
    from sqlmodel import select

    from casework.clock import system_clock
    from casework.db import reading
    from casework.followup.explaining import as_json, explained
    from casework.followup.history import Telling
    from casework.nccis import Nccis
    from casework.tables import YoungPerson
    from casework.voice import Voice
    from onward.following import build_followups

    with open_record() as (engine, settings):
        reader = build_followups(engine, system_clock, settings.data_dir, service=settings.service_name).reader
        codes = {code: one.name for code, one in Nccis.load(settings.data_dir).activities.items()}
        telling = Telling.of(reader.book, Voice.load(settings.data_dir), codes)
        with reading(engine) as session:
            id_ = session.execute(select(YoungPerson.id).where(YoungPerson.ref == person)).scalar()
            if id_ is None:
                raise Problem(f"There is no young person {person}.", "Give a reference as the console shows it.")
            found = explained(session, reader, id_, system_clock(), telling)
    if json:
        print_json({"person": person} | as_json(found))
    else:
        _say_explained(found)


def plans(json: Json = False) -> None:
    """List the plans: for whom, from when, how important, and which version."""
    from casework.clock import system_clock
    from casework.followup.describing import plan_json, said_plan
    from onward.following import build_followups

    with open_record() as (engine, settings):
        book = build_followups(engine, system_clock, settings.data_dir, service=settings.service_name).reader.book
    in_order = sorted(book.plans, key=lambda plan: (plan.importance, plan.key))
    if json:
        print_json([plan_json(plan) for plan in in_order])
        return
    for plan in in_order:
        print("\n".join(said_plan(plan)))


def check(json: Json = False) -> None:
    """Read every plan, question, calendar and text of follow-up. Exits 1 when something is wrong."""
    from casework.clock import LONDON, system_clock
    from casework.followup.checking import calendar_warnings, check_followup
    from casework.followup.planfile import Book
    from casework.voice import VoiceError
    from casework.yamlfile import BadData

    data_dir = read_settings().data_dir
    count, warnings = 0, []
    try:
        wrong = check_followup(data_dir)
        warnings = list(calendar_warnings(data_dir, system_clock().astimezone(LONDON).date()))
        count = len(Book.load(data_dir).plans)
    except (BadData, VoiceError) as bad:
        wrong = [str(bad)]
    if json:
        print_json({"plans": count, "wrong": wrong, "warnings": warnings})
    else:
        for line in wrong:
            print(f"wrong: {line}")
        for line in warnings:
            print(f"look at: {line}")
        if not wrong:
            print(f"{count} plans can be used." + (f" {_count(len(warnings), 'day')} to look at." if warnings else ""))
    if wrong:
        raise typer.Exit(1)


def volume(
    weeks: Annotated[int, typer.Option(min=1, max=17, help="How many weeks, this one included.")] = 6,
    svg: Annotated[Path | None, typer.Option(help="Also draw it as a calendar into this SVG file.")] = None,
    json: Json = False,
) -> None:
    """Count what is planned for the next weeks, by day and by plan."""
    from casework.clock import system_clock
    from casework.db import reading
    from casework.followup.planfile import Book
    from casework.followup.volume import volume as count
    from console.followup_picture import calendar_svg

    with open_record() as (engine, settings):
        titles = {plan.key: plan.title for plan in Book.load(settings.data_dir).plans}
        with reading(engine) as session:
            found = count(session, system_clock(), weeks=weeks)
    if svg is not None:
        try:
            svg.write_text(calendar_svg(found), encoding="utf-8")
        except OSError as error:
            raise Problem(f"{svg} cannot be written: {error.strerror}.") from None
    if json:
        print_json(found.as_json())
    else:
        _say_volume(found, titles)


def _say_preview(found: "Preview", titles: dict[str, str]) -> None:
    from casework.followup.words import becomes, plan_title

    print(f"{_day(found.on)}: {_count(found.total, 'contact')} with {_people(found.people)}.")
    print("From the record as it stands today. Nothing was sent or changed.")
    for of in found.in_order:
        print(f"\n{plan_title(of.plan, titles)} ({of.plan}, importance {of.importance}): {of.total}")
        for word, number in of.becomes.most_common():
            print(f"  {number:>6}  {becomes(word)}")
        if of.total != of.planned:
            print(f"  {of.total - of.planned:>6}  of them would be planned by then; they are not yet")
        for ref, would in of.people:
            print(f"          {ref}  {_hour(would.due_at)}  {would.why}")
        if len(of.people) < of.total and of.people:
            print(f"          and {of.total - len(of.people)} more")
    if found.not_any_more:
        print(f"\n{found.not_any_more} that are planned for the day would be taken off before it, as things stand.")


def _say_explained(found: "Explained") -> None:
    if not found.here:
        print("They have left the area: nobody contacts them.")
    theirs = [one for one in found.plans if one.for_them and one.hangs]
    print(f"Plans for them: {len(theirs) or 'none'}")
    for one in theirs:
        print(f"\n  {one.plan.title} ({one.plan.key}, version {one.plan.version})")
        _say_lines(one)
        for occasion in one.occasions:
            when = f" on {_moment(occasion.due_at)}" if occasion.due_at else ""
            print(f"      {occasion.key} ({_day(occasion.on)}): {occasion.says}{when}")
    print("\nComing")
    for line in found.contacts.coming:
        print(f"  {_moment(line.row.due_at)}  {line.what}: {line.title}. {line.row.why}")
        if line.waits:
            print(f"      waits: {line.waits}")
    if not found.contacts.coming:
        print("  nothing")
    print("\nPast")
    for line in found.contacts.past:
        print(f"  {_past(line)}")
    if not found.contacts.past:
        print("  nothing")
    idle = [one.plan.key for one in found.plans if one.for_them and not one.hangs]
    if idle:
        print("\nFor them, but nothing is on record that these hang on")
        print(f"  {', '.join(idle)}")
    print("\nNot for them, and the lines that do not hold")
    for one in found.plans:
        if not one.for_them:
            said = "; ".join(_said(line.line, line.on_record) for line in one.fails) or "nothing that it hangs on"
            print(f"  {one.plan.key}: {said}")


def _say_lines(one: "PlanSeen") -> None:
    for line in one.tested:
        print(f"      {'yes' if line.holds else 'no '}  {_said(line.line, line.on_record)}")


def _said(line: str, found: str) -> str:
    return f"{line} (is: {found})" if found else line


def _past(line: "Line") -> str:
    ended = _moment(line.row.ended_at) if line.row.ended_at else ""
    answer = f" Answer: {line.answer}." if line.answer else ""
    return f"{ended}  {line.what}: {line.title}. {line.outcome}: {line.reason}.{answer}"


def _say_volume(found: "Volume", titles: dict[str, str]) -> None:
    from casework.followup.words import plan_title, waits

    print(f"{_count(found.total, 'contact')} planned from {_day(found.today)} to {_day(found.days[-1].on)}.")
    print(f"Due today: {found.due_today}, {found.overdue} of them from before. On their way: {found.outbox}.")
    for reason, number in found.waiting.items():
        print(f"  {number:>6}  {waits(reason)}")
    if not found.total:
        return
    print("\nDay                    All   Texts   For advisers")
    for day in found.days:
        if day.on >= found.today and day.total:
            print(f"{_day(day.on):<20}{day.total:>6}{day.texts:>8}{day.tasks:>15}")
    print("\nPlan")
    for plan, number in found.by_plan:
        print(f"{number:>7}  {plan_title(plan, titles)}")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _people(number: int) -> str:
    return "1 young person" if number == 1 else f"{number:,} young people"


def _day(on: date) -> str:
    return f"{on:%a} {on.day} {on:%B %Y}"


def _hour(at: datetime) -> str:
    from casework.clock import LONDON

    return f"{at.astimezone(LONDON):%H:%M}"


def _moment(at: datetime) -> str:
    from casework.clock import LONDON

    local = at.astimezone(LONDON)
    return f"{_day(local.date())}, {local:%H:%M}"
