"""A server that stops closes its chats with "service restart", and the one that starts next knows them."""

import json
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.connection import Connection

from tests.browser.site import running_site


def hello(socket: Connection, session: str | None, last: int) -> dict[str, Any]:
    socket.send(json.dumps({"type": "hello", "session": session, "last": last}))
    welcome: dict[str, Any] = json.loads(socket.recv(10))
    return welcome


def test_a_restart_is_told_and_survived(tmp_path: Path) -> None:
    with running_site(tmp_path) as site:
        address = site.url.replace("http", "ws") + "/channels/webchat/ws"
        with connect(address) as socket:
            token = hello(socket, None, 0)["session"]
            socket.send(json.dumps({"type": "message", "id": "client-id-1", "text": "hi"}))
            frames = [json.loads(socket.recv(10)) for _ in range(2)]
            assert [frame["type"] for frame in frames] == ["ack", "message"]
            site.server.stop()
            with pytest.raises(ConnectionClosed) as closed:
                socket.recv(10)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1012
        last = frames[1]["id"]
        site.say(text="said meanwhile")
        site.server.start()
        with connect(address) as socket:
            texts = [message["text"] for message in hello(socket, token, last)["messages"]]
    assert texts[-1] == "said meanwhile"
