"""The web application: channels, console, demo page and health, behind one plain layer."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from casework.activities.rules import Rules
from casework.db import reading
from channels.courses.routes import courses_router
from channels.phone.routes import phone_router
from channels.provider_api.routes import provider_router
from channels.sms.routes import sms_router
from channels.sms.settings import SmsSettings
from channels.webchat.routes import webchat_router
from console.app import build_console
from onward.errors import answer
from onward.middleware import Guardrail
from onward.migrate import current, head
from onward.services import Services
from onward.settings import Settings
from prospectus.vocabulary import Vocabulary

WEBHOOKS = "/channels/sms/"


class WebhooksFirst:
    """Hands the provider's webhooks straight to their endpoints, and everything else to the application.

    Hundreds may come in a second and each must be answered in milliseconds; passing through the pages' layers takes a
    third of that. They bring their own limits, and answer in plain text, to a machine.
    """

    def __init__(self, webhooks: Router, app: ASGIApp) -> None:
        self._webhooks = webhooks
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(WEBHOOKS) and scope["method"] == "POST":
            await self._webhooks(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def create_app(services: Services) -> ASGIApp:
    """The application over these services; whoever opened the services closes them."""
    settings, secret = services.settings, services.settings.need_secret()
    inbox, engine, clock = services.inbox, services.engine, services.clock
    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        middleware=[Middleware(Guardrail, service=settings.service_name, https=settings.secure_cookies)],
    )
    sms = sms_router(inbox, engine, clock, sms_settings(settings))
    app.include_router(sms)
    app.include_router(APIRouter(routes=[Route("/health", live), Route("/ready", _ready(services))]))
    app.include_router(
        webchat_router(
            inbox,
            engine,
            clock,
            secret,
            service=settings.service_name,
            public_url=settings.public_url,
            sample=settings.with_sample,
            phone=settings.simulated,
        )
    )
    vocabulary = Vocabulary.load(settings.data_dir)
    app.include_router(
        courses_router(
            engine,
            clock,
            vocabulary,
            service=settings.service_name,
            public_url=settings.public_url,
            text_number=settings.twilio_from,
            sample=settings.with_sample,
        )
    )
    app.include_router(provider_router(engine, clock, Rules.load(settings.data_dir), vocabulary))
    if settings.simulated:
        app.include_router(phone_router(inbox, engine, clock, service=settings.service_name))
    console = build_console(
        engine,
        clock,
        secret=secret,
        cookie_secure=settings.secure_cookies,
        voice=services.voice,
        service=settings.service_name,
        vocabulary=vocabulary,
        data_dir=settings.data_dir,
    )

    async def refused(request: Request, error: Exception) -> Response:
        status = 400 if isinstance(error, RequestValidationError) else 500
        if isinstance(error, HTTPException):
            status = error.status_code
        headers = dict(error.headers or {}) if isinstance(error, HTTPException) else None
        return answer(request, status, service=settings.service_name, headers=headers)

    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(RequestValidationError, refused)
    app.mount("/console", console)
    return WebhooksFirst(Router(routes=sms.routes), app)


def sms_settings(settings: Settings) -> SmsSettings:
    """What the SMS channel needs of the settings."""
    token = settings.twilio_auth_token
    return SmsSettings(
        account_sid=settings.twilio_account_sid,
        auth_token=token.get_secret_value() if token else None,
        from_number=settings.twilio_from,
        messaging_service_sid=settings.twilio_messaging_service_sid,
        public_url=settings.public_url,
        api_base=settings.twilio_api_base,
    )


async def live(_request: Request) -> Response:
    """The process is alive: a reason to leave it running, not to send people to it."""
    return JSONResponse({"status": "ok"})


def _ready(services: Services) -> Callable[[Request], Awaitable[Response]]:
    """Whether this process can take messages: the database answers and has the newest tables.

    A bot that is down is no reason against: messages are kept and answered when it is back.
    """

    def look() -> str | None:
        try:
            with reading(services.engine) as session:
                session.connection().execute(text("SELECT 1"))
            return None if current(services.engine) == head() else "database_not_upgraded"
        except SQLAlchemyError:
            return "database_unreachable"

    async def ready(_request: Request) -> Response:
        problem = await run_in_threadpool(look)
        if problem:
            return JSONResponse({"status": "unavailable", "reason": problem}, status_code=503)
        return JSONResponse({"status": "ok"})

    return ready
