"""Sending by Twilio, through its own client.

Twilio has no idempotency key. So what matters in every failure is whether it may have taken the message: if it
certainly did not, the text can be tried again (``Refused``); if it may have, only Twilio's list can tell
(``NoAnswer``).
Source of the error codes: https://www.twilio.com/docs/api/errors
"""

from datetime import UTC, datetime
from typing import NoReturn

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.rest import Client

from casework.delivery import from_provider
from channels.sender import Accepted, Found, NoAnswer, Refused
from channels.sms.http import ForbiddenHost, OnwardHttpClient, never_written
from channels.sms.settings import SmsSettings

PERMANENT = frozenset(
    {
        21211,  # not a valid number
        21217,
        21219,
        21408,  # the account may not text this country
        21602,  # no text
        21604,  # no number
        21610,  # opted out, until they text START
        21612,  # no route to this number
        21614,  # not a mobile
        21617,  # over 1,600 characters
        30004,  # blocked
        30005,  # no such handset
        30006,  # landline, or a network that cannot be reached
        30007,  # filtered for its content
    }
)
"""Codes that say: this text to this number will never go."""

TRANSIENT = frozenset(
    {
        20429,  # too many requests
        30001,  # queue overflow
        30003,  # handset out of reach
        30008,  # unknown, on the network's side
        # our own settings are wrong: the texts wait while somebody puts them right
        20003,
        20404,
        21603,
        21606,
        21609,
        21659,
        21701,
        21703,
        21704,
        21705,
    }
)
"""Codes that say: not now."""

MOST_FOUND = 200
"""How many of a number's latest texts are looked through for a send whose answer was lost."""

TRIAL_PREFIX = "Sent from your Twilio trial account - "
"""What a trial account puts before every text."""


class TwilioBackend:
    """Sends as ``settings`` say. Raises ``ValueError`` when they do not say how. Safe to use from several threads."""

    def __init__(self, settings: SmsSettings) -> None:
        if not settings.account_sid or not settings.auth_token:
            raise ValueError("sending by Twilio needs an account and its token")
        if not (settings.messaging_service_sid or settings.from_number):
            raise ValueError("sending by Twilio needs a number or a messaging service")
        self._settings = settings
        self._http = OnwardHttpClient(api_base=settings.api_base, read_timeout=settings.timeout)
        self._client = Client(settings.account_sid, settings.auth_token, http_client=self._http)

    def send(self, to: str, body: str, message_id: int) -> Accepted:
        """Hand over one text. Raises ``Refused`` or ``NoAnswer``."""
        settings = self._settings
        arguments: dict[str, str] = {"to": to, "body": body}
        if settings.messaging_service_sid:
            arguments["messaging_service_sid"] = settings.messaging_service_sid
        elif settings.from_number:
            arguments["from_"] = settings.from_number
        status_url = settings.status_url(message_id)
        if status_url is not None:
            arguments["status_callback"] = status_url
        try:
            message = self._client.messages.create(**arguments)
        except Exception as error:
            _translate(error)
        if not message.sid:
            raise NoAnswer("the answer has no id")
        return Accepted(message.sid, from_provider(str(message.status)) or "accepted")

    def find(self, to: str, since: datetime) -> list[Found]:
        """What Twilio took for ``to`` since then, oldest first. Raises ``Refused`` or ``NoAnswer``.

        The list is not narrowed by date at Twilio: its filter looks at when a text was *sent*, and one that is still
        queued there, which must not be missed, has no such date yet.
        """
        try:
            messages = self._client.messages.list(to=to, limit=MOST_FOUND, page_size=MOST_FOUND)
        except Exception as error:
            _translate(error)
        found = [
            Found(
                provider_id=message.sid,
                body=(message.body or "").removeprefix(TRIAL_PREFIX),
                status=from_provider(str(message.status)) or "accepted",
                created_at=message.date_created.astimezone(UTC),
            )
            for message in messages
            if message.sid and message.date_created and str(message.direction) != "inbound"
        ]
        return sorted((one for one in found if one.created_at >= since), key=lambda one: one.created_at)

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._http.close()


def _translate(error: Exception) -> NoReturn:
    """Raise what an exception of the client means. The original is dropped: its text can hold the number."""
    if isinstance(error, TwilioRestException | TwilioServiceException):
        raise _answered(error.status, error.code) from None
    if isinstance(error, ForbiddenHost) or never_written(error):
        raise Refused(None, permanent=False) from None
    if isinstance(error, requests.RequestException | TwilioException | ValueError | KeyError | TypeError):
        raise NoAnswer(type(error).__name__) from None
    raise error


def _answered(status: int, code: int | None) -> Refused | NoAnswer:
    # without a body of Twilio's own the client repeats the HTTP status as the code
    theirs = code if code and code != status else None
    if theirs in PERMANENT:
        return Refused(theirs, permanent=True)
    if theirs in TRANSIENT or status == 429:
        return Refused(theirs or 20429, permanent=False)
    if status >= 500:
        return Refused(theirs, permanent=False) if theirs else NoAnswer(f"HTTP {status}")
    # the rest of 400 is about the text itself; 401, 403, 404 and redirections are about settings
    return Refused(theirs, permanent=status == 400)
