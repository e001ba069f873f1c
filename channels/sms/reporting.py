"""``POST /channels/sms/status/{message_id}``: what Twilio says, later, about a text that it took.

Reports come in bursts, several for each text. Those that gather while one commit runs share the next one.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from starlette.types import Receive, Scope, Send

from casework.clock import Clock
from casework.db import writing
from casework.reports import apply_report
from channels.sms.incoming import MAX_SID, answer, signed_form
from channels.sms.signature import SignatureCheck
from channels.steps import step

log = logging.getLogger(__name__)

BATCH = 100
"""Most reports in one commit."""


@dataclass(frozen=True)
class Report:
    """One delivery report, as it came."""

    message_id: int
    provider_id: str
    status: str
    error_code: int | None
    at: datetime


class ReportBook:
    """Applies reports, several to a commit. Used from one event loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: list[tuple[Report, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def put(self, report: Report) -> None:
        """Apply a report; returns once it is committed. Raises what the database raised."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((report, future))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        await future

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            errors = await asyncio.to_thread(self._apply_all, [report for report, _ in batch])
            for (_, future), error in zip(batch, errors, strict=True):
                if future.done():  # the caller hung up
                    continue
                if error is None:
                    future.set_result(None)
                else:
                    future.set_exception(error)

    def _apply_all(self, reports: list[Report]) -> list[Exception | None]:
        try:
            self._apply(reports)
        except Exception as error:
            # one report that cannot be applied must not take its neighbours with it
            return [error] if len(reports) == 1 else [self._apply_all([report])[0] for report in reports]
        return [None] * len(reports)

    def _apply(self, reports: list[Report]) -> None:
        # in one order everywhere, so that two processes do not wait for each other's rows
        ordered = sorted(reports, key=lambda report: report.message_id)
        with writing(self._engine) as session:
            for one in ordered:
                apply_report(session, one.message_id, one.provider_id, one.status, one.error_code, one.at)
            step("report.before_commit")
        step("report.committed")


class StatusWebhook:
    """The endpoint, as an ASGI application. A message that is not known is answered like one that is."""

    def __init__(self, engine: Engine, clock: Clock, check: SignatureCheck) -> None:
        self._book = ReportBook(engine)
        self._clock = clock
        self._check = check

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        form = await signed_form(scope, receive, send, self._check)
        if form is None:
            return
        provider_id = form.get("MessageSid") or form.get("SmsSid")
        if not provider_id or len(provider_id) > MAX_SID:
            await answer(send, 400, b"MessageSid is missing.")
            return
        code = form.get("ErrorCode")
        report = Report(
            message_id=int(scope["path_params"]["message_id"]),
            provider_id=provider_id,
            status=form.get("MessageStatus") or form.get("SmsStatus"),
            error_code=int(code) if code.isascii() and code.isdigit() and len(code) < 9 else None,
            at=self._clock(),
        )
        try:
            await self._book.put(report)
        except Exception as error:
            log.error("a delivery report could not be applied: %s", type(error).__name__)
            await answer(send, 503, b"Not stored. Please try again.")
            return
        await answer(send, 204)
