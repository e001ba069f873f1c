"""Calling actions where the caller said, and nowhere else."""

import os
from typing import Any, FrozenSet, Optional
from urllib.parse import urlsplit

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from turnbot.turn import CURRENT, ActionFailed

TIMEOUT_S = 10.0
"""Longest that one action may take; ours take a few milliseconds."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def allowed_hosts() -> FrozenSet[str]:
    """Loopback, and the hosts named in ``ONWARD_ACTIONS_HOSTS`` (comma separated)."""
    listed = os.environ.get("ONWARD_ACTIONS_HOSTS", "")
    return LOOPBACK | {host.strip().lower() for host in listed.split(",") if host.strip()}


def is_allowed(url: str, hosts: FrozenSet[str]) -> bool:
    """Whether actions may be called at ``url``: plain http(s), no credentials in it, an allowed host."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and host in hosts and not parts.username and not parts.password


class CallerEndpoint(EndpointConfig):
    """An action endpoint that is another one for each turn, over connections that are kept open."""

    def __init__(self, secret: str) -> None:
        """``secret`` is the one that the application and the bot share: it opens the action route too."""
        # without selective domain Rasa would send the whole domain with every call
        super().__init__(headers={"Authorization": f"Bearer {secret}"}, enable_selective_domain=True)
        self._session: Optional[aiohttp.ClientSession] = None

    def session(self) -> aiohttp.ClientSession:
        """The one client session of this process."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                headers=self.headers,
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
                connector=aiohttp.TCPConnector(limit=256),
            )
        return self._session

    async def close(self) -> None:
        """Close the connections that are kept open."""
        if self._session is not None:
            await self._session.close()

    async def request(  # type: ignore[override]
        self, method: str = "post", subpath: Optional[str] = None, json: Any = None, **_: Any
    ) -> Any:
        """Run an action. Raises ``ActionFailed``, or Rasa's ``ClientResponseError`` for a refusal (400)."""
        url = CURRENT.get().actions
        if url is None:
            raise ActionFailed("no_actions")
        try:
            async with self.session().request(method, url, json=json, allow_redirects=False) as response:
                body = await response.read()
                if response.status == 400:
                    raise ClientResponseError(400, "refused", body.decode("utf-8", "replace"))
                if response.status != 200:
                    raise ActionFailed("action_failed")
                return await response.json(content_type=None)
        except (aiohttp.ClientConnectionError, TimeoutError, OSError) as error:
            raise ActionFailed("actions_unreachable") from error
        except (ActionFailed, ClientResponseError):
            raise
        except Exception as error:
            # asyncio's own timeout is not the built-in one on this Python
            raise ActionFailed("action_failed") from error
