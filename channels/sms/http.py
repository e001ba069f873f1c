"""How Twilio's client reaches Twilio: kept-open connections, time limits, one host, and nothing in any log."""

from typing import Any, cast
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
)

HOST = "api.twilio.com"

CONNECT_TIMEOUT = 3.0
"""Seconds to wait for a connection."""

CONNECTIONS = 64
"""Most connections kept open: one for each sender of a worker."""


class ForbiddenHost(Exception):
    """The client wanted to talk to somebody other than Twilio's messages API."""


class OnwardHttpClient(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's client over one pooled session.

    ``api_base`` sends everything to a stand-in instead; any address but Twilio's API is refused either way.
    """

    def __init__(self, *, api_base: str | None = None, read_timeout: float = 10.0) -> None:
        super().__init__(timeout=read_timeout)
        self._api_base = api_base.rstrip("/") if api_base else None
        self._timeouts = (CONNECT_TIMEOUT, read_timeout)
        self._session = requests.Session()
        adapter = HTTPAdapter(pool_connections=2, pool_maxsize=CONNECTIONS, max_retries=0)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)
        if self._api_base:
            self._session.trust_env = False  # a stand-in is never behind a proxy
        self.session = self._session

    def request(
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Make one request, once. Raises what ``requests`` raises, or ``ForbiddenHost``.

        The base class logs the parameters of every request; this does not.
        """
        response = self._session.request(
            method.upper(),
            self._target(url),
            params=cast(Any, params),
            data=cast(Any, data),
            headers=headers,
            auth=auth,
            timeout=self._timeouts,
            allow_redirects=False,
        )
        return Response(int(response.status_code), response.text, response.headers)

    def close(self) -> None:
        """Close every connection."""
        self._session.close()

    def _target(self, url: str) -> str:
        parts = urlsplit(url)
        if (parts.scheme, parts.netloc) != ("https", HOST):
            raise ForbiddenHost(parts.hostname or "")
        if self._api_base is None:
            return url
        return self._api_base + parts._replace(scheme="", netloc="").geturl()


def never_written(error: BaseException) -> bool:
    """Whether a request failed before any of it could have been sent: no connection was made.

    Anything doubtful is a no. A failed TLS handshake is taken for doubtful, for the same error is raised by a
    connection that breaks later.
    """
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidProxyURL):
        return True
    if not isinstance(error, requests.exceptions.ConnectionError):
        return False
    cause = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError):
        cause = cause.reason
    if isinstance(cause, ProxyError):
        cause = cause.original_error
    return isinstance(cause, HTTPError) and isinstance(
        cause, ConnectTimeoutError | NewConnectionError | NameResolutionError
    )
