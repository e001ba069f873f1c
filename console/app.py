"""The advisers' console: server-rendered pages that work without JavaScript, mounted at ``/console``."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from casework.clock import Clock
from casework.voice import Voice
from console import (
    campaigns,
    campaigns_run,
    contact,
    conversations,
    courses,
    courses_edit,
    courses_history,
    demand,
    escalations,
    finding,
    first_text,
    linking,
    money,
    password,
    people,
    registers,
    registers_guarantee,
    registers_person,
    registers_plans,
    registers_reports,
    signin,
)
from console.contacts_routes import LOOKED_AT, SENT
from console.rendering import BASE, STATIC, Pages
from console.security import SecurityHeaders
from console.visit import DATA, Console, Handler, page
from prospectus.vocabulary import Vocabulary, shipped


def build_console(
    engine: Engine,
    clock: Clock,
    *,
    secret: str,
    cookie_secure: bool = False,
    voice: Voice | None = None,
    service: str = "Onward",
    on_reply: Callable[[], None] | None = None,
    vocabulary: Vocabulary | None = None,
    data_dir: Path = DATA,
) -> Starlette:
    """The console as an application, to be mounted at ``/console``.

    ``secret`` signs the sign-in form. ``cookie_secure`` is for a service that is reached over https only.
    ``on_reply`` is called after an adviser's reply is in the outbox, for a sender that would rather be told.
    ``vocabulary`` are the words of the prospectus, by default those in the ``data`` folder beside the console.
    ``data_dir`` holds the rules that pages need, by default the ``data`` folder beside the console.
    ``service`` is what the service calls itself in messages.
    ``voice`` words how an adviser's first text begins, and what the service itself says.
    """
    words = shipped if vocabulary is None else lambda: vocabulary
    rung = on_reply or (lambda: None)
    console = Console(engine, clock, secret, cookie_secure, Pages(), rung, words, data_dir, service, voice)

    def get(path: str, handler: Handler, *, public: bool = False, live: bool = False) -> Route:
        return Route(path, page(console, handler, public=public, live=live), methods=["GET"])

    def post(path: str, handler: Handler, *, public: bool = False, live: bool = False) -> Route:
        return Route(path, page(console, handler, public=public, live=live), methods=["POST"])

    routes: list[Route | Mount] = [
        get("/", lambda visit: RedirectResponse(BASE + "/conversations", status_code=303)),
        get("/sign-in", signin.form, public=True),
        post("/sign-in", signin.sign_in, public=True),
        post("/sign-out", signin.sign_out),
        get("/conversations", conversations.conversations),
        get("/password", password.form),
        post("/password", password.change),
        get("/find", finding.form),
        post("/find", finding.search),
        get("/escalations", escalations.listed),
        get("/escalations/{escalation:int}", escalations.one),
        post("/escalations/{escalation:int}/acknowledge", escalations.acknowledge),
        post("/escalations/{escalation:int}/close", escalations.close),
        post("/measure", people.measure, live=True),
        get("/courses", courses.found),
        get("/courses/{ref}", courses.one),
        get("/courses/{ref}/edit", courses_edit.form),
        post("/courses/{ref}/edit", courses_edit.save),
        get("/courses/{ref}/starts/{run}", courses_edit.run_form),
        post("/courses/{ref}/starts/{run}", courses_edit.save_run),
        post("/courses/{ref}/starts/{run}/retire", courses_edit.retire_run),
        post("/courses/{ref}/starts/{run}/restore", courses_edit.restore_run),
        post("/courses/{ref}/places", courses_edit.places),
        post("/courses/{ref}/checked", courses_edit.confirm),
        post("/courses/{ref}/retire", courses_edit.retire),
        post("/courses/{ref}/restore", courses_edit.restore),
        post("/courses/{ref}/give-back", courses_edit.give_back),
        get("/courses/{ref}/history", courses_history.history),
        get("/imports", courses_history.imports_list),
        get("/imports/{number:int}", courses_history.one_import),
        get("/unmet-demand", demand.unmet),
        get("/campaigns", campaigns.listed),
        get("/campaigns/new", campaigns.new),
        post("/campaigns/new", campaigns.create),
        post("/campaigns/filters/{filter:int}/remove", campaigns.remove_filter),
        get("/campaigns/{ref}", campaigns_run.one),
        get("/campaigns/{ref}/edit", campaigns.edit),
        post("/campaigns/{ref}/edit", campaigns.save),
        get("/campaigns/{ref}/people", campaigns_run.people),
        post("/campaigns/{ref}/test", campaigns_run.test),
        get("/campaigns/{ref}/{action}", campaigns_run.confirm),
        post("/campaigns/{ref}/{action}", campaigns_run.act),
        get("/money", money.taken_up),
        get("/people/{ref}/money", money.person),
        get("/people/{ref}/contact", contact.show),
        post("/people/{ref}/contact", contact.act),
        get("/people/{ref}/first-text", first_text.form),
        post("/people/{ref}/first-text", first_text.send),
        get("/conversations/{conversation:int}/link", linking.form),
        post("/conversations/{conversation:int}/link", linking.act),
        get("/registers", registers.register_page),
        get("/registers/export.csv", registers.export),
        get("/registers/no-offer", registers_guarantee.no_offer),
        get("/registers/plans", registers_plans.plans),
        get("/registers/people/{ref}", registers_person.one),
        post("/registers/people/{ref}/not-appropriate", registers_person.not_appropriate),
        get("/provider-reports", registers_reports.listed),
        get("/provider-reports/{report:int}", registers_reports.one),
        post("/provider-reports/{report:int}/match", registers_reports.match),
        post("/provider-reports/{report:int}/set-aside", registers_reports.set_aside),
    ]
    routes += [get(path, handler) for path, handler in LOOKED_AT.items()]
    routes += [post(path, handler, live=path.endswith("/measure")) for path, handler in SENT.items()]
    for subject in ("/people/{ref}", "/conversations/{conversation:int}"):
        routes += [
            get(subject, people.transcript),
            get(subject + "/live", people.live, live=True),
            post(subject + "/reply", people.reply),
            post(subject + "/take-over", people.take_over),
            post(subject + "/give-back", people.give_back),
        ]
    routes.append(Mount("/static", StaticFiles(directory=STATIC)))

    async def not_found(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return console.pages.html(
            "refused.html",
            status=status,
            now=clock(),
            heading="Page not found" if status == 404 else "This cannot be done here",
            text="Check the address, or start again from your caseload.",
        )

    return Starlette(
        routes=routes, middleware=[Middleware(SecurityHeaders)], exception_handlers={HTTPException: not_found}
    )
