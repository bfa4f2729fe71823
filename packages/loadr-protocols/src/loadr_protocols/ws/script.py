"""What a request sends and when it has seen enough, as the plan's block says."""

import binascii
from base64 import b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple

import orjson

from loadr_config.models import WsBlock, WsMatch, WsMessage
from loadr_core.extraction.errors import ExpressionError
from loadr_core.extraction.json_paths import compile_jsonpath
from loadr_core.extraction.lookups import MISSING
from loadr_core.extraction.patterns import Pattern, PatternError
from loadr_core.spi import CompileError, ContentError, RenderError, Scope, Text
from loadr_protocols.ws.frames import BINARY, TEXT, FixedFrame, encode_frame
from loadr_protocols.ws.matching import KeyOf


class Outgoing(NamedTuple):
    """A frame to send.

    Attributes:
        kind: `text`, `binary` or `ping`.
        data: its payload.
        delay: seconds to wait before it.
    """

    kind: str
    data: bytes
    delay: float


_Maker = Outgoing | Callable[[Scope], Outgoing]
"""A frame, or what makes one for each use."""

_OPCODES: Final = {"text": TEXT, "binary": BINARY}


@dataclass(frozen=True, slots=True)
class StopRule:
    """When a request has seen enough: at the first of these.

    Attributes:
        count: after so many messages; `None` where that does not count.
        until: at a message that contains this; empty where that does not count.
        duration: so many seconds after the session was open for this request.
    """

    count: int | None
    until: bytes
    duration: float | None

    def is_met_by(self, message: bytes, number: int) -> bool:
        """Whether a message is the last one; `number` counts it and all before."""
        return (self.count is not None and number >= self.count) or bool(self.until and self.until in message)

    def __str__(self) -> str:
        ends = [] if self.count is None else [f"{self.count} messages"]
        if self.until:
            ends.append(f"a message with {self.until.decode()!r}")
        return " or ".join(ends) or "the end of session_duration"


@dataclass(frozen=True, slots=True)
class Volley:
    """What most blocks are: messages that leave at once, and a number of messages that is awaited.

    Attributes:
        frames: encoded, for one use.
        sent: how many messages they are.
        awaited: how many messages must come, at least one.
    """

    frames: Callable[[Scope], bytes]
    sent: int
    awaited: int


@dataclass(frozen=True, slots=True)
class Script:
    """A block, compiled.

    Attributes:
        volley: the block, where it is no more than that.
        frames: what is sent, in order, for one use.
        rule: when it is over, for one use.
        key_of: makes the keys of messages, where replies are matched by one.
        matches: whether replies are matched at all.
    """

    volley: Volley | None
    frames: Callable[[Scope], list[Outgoing]]
    rule: Callable[[Scope], StopRule]
    key_of: KeyOf | None
    matches: bool


def compile_script(block: WsBlock, compile_text: Callable[[str], Text]) -> Script:
    """Compile a block.

    Raises:
        CompileError: an expression of `match` is none.
    """
    makers = [_frame(message, compile_text) for message in block.send]
    awaited = sum(not isinstance(message, WsMessage) or message.ping is None for message in block.send)
    is_open = block.receive_count is None and block.receive_until is None and block.session_duration is None
    count = awaited if is_open else block.receive_count
    until = None if block.receive_until is None else compile_text(block.receive_until)

    def rule(scope: Scope) -> StopRule:
        text = "" if until is None else until.render(scope)
        if until is not None and not text:
            raise RenderError("ws.receive_until is empty: every message would be the last")
        return StopRule(count, text.encode(), block.session_duration)

    is_counted = until is None and block.session_duration is None and block.match is None
    return Script(
        _volley(block, makers, count) if is_counted and count else None,
        lambda scope: [maker if isinstance(maker, Outgoing) else maker(scope) for maker in makers],
        rule,
        _key_of(block.match),
        block.match is not None,
    )


def _volley(block: WsBlock, makers: "Sequence[_Maker]", awaited: int) -> Volley | None:
    """A block without rules but a count; nothing where its frames are more than messages that leave at once."""
    for message in block.send:
        if isinstance(message, WsMessage) and (message.ping is not None or message.delay):
            return None
    encoders = [_encoder(maker) for maker in makers]
    if len(encoders) == 1:
        return Volley(encoders[0], 1, awaited)
    return Volley(lambda scope: b"".join([encode(scope) for encode in encoders]), len(encoders), awaited)


def _encoder(maker: "_Maker") -> Callable[[Scope], bytes]:
    if isinstance(maker, Outgoing):
        encoded = FixedFrame(_OPCODES[maker.kind], maker.data).encoded
        return lambda _scope: encoded()

    def encode(scope: Scope) -> bytes:
        frame = maker(scope)
        return encode_frame(_OPCODES[frame.kind], frame.data)

    return encode


def _frame(message: str | WsMessage, compile_text: Callable[[str], Text]) -> _Maker:
    if not isinstance(message, WsMessage):
        return _rendered("text", compile_text(message), str.encode, 0.0)
    source = message.text if message.text is not None else message.ping
    if source is not None:
        kind = "ping" if message.text is None else "text"
        return _rendered(kind, compile_text(source), str.encode, message.delay)
    return _rendered("binary", compile_text(message.binary_base64 or ""), _binary, message.delay)


def _rendered(kind: str, text: Text, encode: Callable[[str], bytes], delay: float) -> _Maker:
    if text.static is not None:
        try:
            return Outgoing(kind, encode(text.static), delay)
        except RenderError as error:
            raise CompileError(str(error)) from error
    render = text.render
    return lambda scope: Outgoing(kind, encode(render(scope)), delay)


def _binary(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise RenderError("a value of binary_base64 is not Base64") from None


def _key_of(match: WsMatch | None) -> KeyOf | None:
    if match is None or match.expression is None:
        return None
    try:
        if match.by == "jsonpath":
            return partial(_json_key, compile_jsonpath(match.expression).first)
        return partial(_group, Pattern(match.expression))
    except (ExpressionError, PatternError) as error:
        raise CompileError(f"ws.match: {error}") from error


def _json_key(look_up: Callable[[object], object], message: bytes) -> object:
    try:
        value = look_up(orjson.loads(message))
    except (orjson.JSONDecodeError, ContentError):
        return None
    # What is no scalar cannot be told apart by looking it up.
    return value if isinstance(value, str | int | float) and value is not MISSING else None


def _group(pattern: Pattern, message: bytes) -> object:
    try:
        match = pattern.search(message.decode("utf-8", "replace"))
    except ContentError:
        return None
    return None if match is None else match[1 if pattern.groups else 0]
