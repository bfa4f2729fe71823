"""The client's side of the opening handshake."""

from random import Random

import pytest

from loadr_protocols.ws.deflate import DeflateParameters
from loadr_protocols.ws.frames import WsError
from loadr_protocols.ws.handshake import Agreement, agree, fields, new_key

# RFC 6455, section 1.3.
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ANSWER = {
    "upgrade": "WebSocket",
    "connection": "keep-alive, Upgrade",
    "sec-websocket-accept": "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
}


def judge(answer, *, subprotocols=("chat",), compression=True):
    return agree(KEY, subprotocols, {**ANSWER, **answer}, compression=compression)


@pytest.mark.parametrize(
    ("answer", "agreement"),
    [
        ({}, Agreement()),
        ({"sec-websocket-protocol": "chat"}, Agreement("chat")),
        ({"sec-websocket-extensions": "permessage-deflate"}, Agreement(None, DeflateParameters())),
        (
            {"sec-websocket-extensions": "permessage-deflate; server_no_context_takeover"},
            Agreement(None, DeflateParameters(server_keeps_context=False)),
        ),
    ],
)
def test_agreement(answer, agreement):
    assert judge(answer) == agreement


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"upgrade": "h2c"}, "does not change over to websocket"),
        ({"connection": "close"}, "does not name Upgrade"),
        ({"sec-websocket-accept": "x"}, "does not fit the key"),
        ({"sec-websocket-protocol": "other"}, "'other', which was not offered"),
        ({"sec-websocket-extensions": "x-webkit"}, "'x-webkit', which was not offered"),
    ],
)
def test_refused(answer, words):
    with pytest.raises(WsError, match=words):
        judge(answer)


def test_an_extension_that_was_not_offered():
    with pytest.raises(WsError, match="not offered"):
        judge({"sec-websocket-extensions": "permessage-deflate"}, compression=False)


def test_fields():
    assert fields((), compression=False) == {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
    }
    made = fields(("a", "b"), compression=True)
    assert made["Sec-WebSocket-Protocol"] == "a, b"
    assert made["Sec-WebSocket-Extensions"].startswith("permessage-deflate")


def test_keys_are_sixteen_bytes_and_differ():
    random = Random(1)
    keys = {new_key(random) for _ in range(100)}
    assert len(keys) == 100
    assert all(len(key) == 24 and key.endswith("==") for key in keys)
