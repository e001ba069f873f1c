"""Calling the bot: one turn is one HTTP request (docs/protocols.md, section 1)."""

import json
from dataclasses import dataclass, field
from typing import Any, Protocol

import urllib3

TIMEOUT = urllib3.Timeout(connect=2.0, read=15.0)
"""A turn takes milliseconds; a bot that needs 15 seconds is as good as down."""


class BotError(Exception):
    """The bot gave no answer. ``code`` is short and holds no message text."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class BotDown(BotError):
    """It could not be reached, or did not answer in time: likely to pass."""


class BotFailed(BotError):
    """It answered with an error, or with something that is no answer: likely to happen again."""


@dataclass(frozen=True)
class Thought:
    """What the bot makes of one message."""

    replies: list[tuple[str, dict[str, Any]]]
    effects: list[dict[str, Any]]
    understanding: dict[str, Any]
    state: dict[str, Any] = field(default_factory=dict)


class Thinker(Protocol):
    """Anything that can take a turn: the bot over HTTP, or a stand-in."""

    def think(self, conversation: str, text: str, state: dict[str, Any], context: dict[str, Any]) -> Thought:
        """Answer what to say and do. Raises ``BotDown`` or ``BotFailed``."""
        ...


class BotClient:
    """The bot at ``url``, spoken to with ``secret``; it calls our actions at ``actions_url``."""

    def __init__(self, url: str, secret: str, actions_url: str, *, connections: int = 8) -> None:
        self._url = url.rstrip("/") + "/webhooks/turn"
        self._headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        self.actions_url = actions_url
        # no retries here: the turn runner decides when a turn is tried again
        self._pool = urllib3.PoolManager(maxsize=connections, timeout=TIMEOUT, retries=False)

    def think(self, conversation: str, text: str, state: dict[str, Any], context: dict[str, Any]) -> Thought:
        """Take one turn. Raises ``BotDown`` or ``BotFailed``."""
        answer = self._post(
            "/turn",
            {
                "conversation": conversation,
                "text": text,
                "state": state,
                "context": context,
                "actions": self.actions_url,
            },
        )
        try:
            thought = Thought(
                replies=[(str(reply["key"]), dict(reply.get("args") or {})) for reply in answer["replies"]],
                effects=[dict(effect) for effect in answer["effects"]],
                understanding=dict(answer["understanding"]),
                state=dict(answer["state"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BotFailed("not_an_answer") from error
        if not thought.replies:
            # nothing to say to a young person is a fault of ours, never an answer
            raise BotFailed("no_reply")
        return thought

    def parse(self, texts: list[str]) -> list[dict[str, Any]]:
        """What the bot understands in each text, without a conversation. Raises ``BotDown`` or ``BotFailed``."""
        results = self._post("/parse", {"texts": texts}).get("results")
        if not isinstance(results, list) or len(results) != len(texts):
            raise BotFailed("not_an_answer")
        return results

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        try:
            response = self._pool.request(
                "POST", self._url + path, body=json.dumps(body).encode(), headers=self._headers
            )
        except urllib3.exceptions.TimeoutError as error:
            raise BotDown("timeout") from error
        except urllib3.exceptions.HTTPError as error:
            raise BotDown("unreachable") from error
        try:
            answer = json.loads(response.data)
        except ValueError:
            answer = None
        if response.status != 200 or not isinstance(answer, dict):
            code = answer.get("error") if isinstance(answer, dict) else None
            failure = f"{response.status} {code or 'not_an_answer'}"
            raise (BotDown if response.status == 503 else BotFailed)(failure)
        return answer
