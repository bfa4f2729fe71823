"""The opening handshake, the client's side (RFC 6455, section 4.1). Pure."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha1
from random import Random
from typing import Final

from loadr_protocols.ws.deflate import OFFER, DeflateParameters, parse_parameters
from loadr_protocols.ws.frames import WsError

_GUID: Final = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


@dataclass(frozen=True, slots=True)
class Agreement:
    """What client and server have agreed on.

    Attributes:
        subprotocol: the one that the server chose, or `None`.
        deflate: how messages are compressed, or `None`.
    """

    subprotocol: str | None = None
    deflate: DeflateParameters | None = None


def new_key(random: Random) -> str:
    """A value of Sec-WebSocket-Key: 16 random bytes in Base64."""
    return b64encode(random.randbytes(16)).decode("ascii")


def fields(subprotocols: Sequence[str], *, compression: bool) -> dict[str, str]:
    """The fields of a handshake but the key."""
    made = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    if subprotocols:
        made["Sec-WebSocket-Protocol"] = ", ".join(subprotocols)
    if compression:
        made["Sec-WebSocket-Extensions"] = OFFER
    return made


def agree(
    key: str, subprotocols: Sequence[str], headers: Mapping[str, str], *, compression: bool
) -> Agreement:
    """Judge the server's answer with status 101.

    Args:
        key: what was sent.
        subprotocols: those offered.
        headers: of the answer, names in lower case.
        compression: whether it was offered.

    Raises:
        WsError: the answer does not fit; the message says why.
    """
    accept = b64encode(sha1(f"{key}{_GUID}".encode(), usedforsecurity=False).digest()).decode("ascii")
    if headers.get("upgrade", "").lower() != "websocket":
        raise WsError(1002, "the answer does not change over to websocket")
    if "upgrade" not in {token.strip().lower() for token in headers.get("connection", "").split(",")}:
        raise WsError(1002, "the answer's Connection does not name Upgrade")
    if headers.get("sec-websocket-accept", "").strip() != accept:
        raise WsError(1002, "the answer's Sec-WebSocket-Accept does not fit the key")
    subprotocol = headers.get("sec-websocket-protocol")
    if subprotocol is not None and subprotocol not in subprotocols:
        raise WsError(1002, f"the server chose the subprotocol {subprotocol!r}, which was not offered")
    return Agreement(subprotocol, _deflate(headers.get("sec-websocket-extensions", ""), offered=compression))


def _deflate(extensions: str, *, offered: bool) -> DeflateParameters | None:
    if not extensions.strip():
        return None
    name, _, parameters = extensions.partition(";")
    if name.strip() != "permessage-deflate" or "," in extensions or not offered:
        raise WsError(1010, f"the server chose the extension {extensions!r}, which was not offered")
    return parse_parameters(parameters)
