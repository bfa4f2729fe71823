"""What a request sends and when it has seen enough, as the plan's block says."""

import binascii
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import orjson

from loadr_config.models import WsBlock, WsMatch, WsMessage
from loadr_core.extraction.errors import ExpressionError
from loadr_core.extraction.json_paths import compile_jsonpath
from loadr_core.extraction.lookups import MISSING
from loadr_core.extraction.patterns import Pattern, PatternError
from loadr_core.spi import CompileError, ContentError, RenderError, Scope, Text
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
class Script:
    """A block, compiled.

    Attributes:
        frames: what is sent, in order, for one use.
        rule: when it is over, for one use.
        key_of: makes the keys of messages, where replies are matched by one.
        matches: whether replies are matched at all.
    """

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

    return Script(
        lambda scope: [make(scope) for make in makers],
        rule,
        _key_of(block.match),
        block.match is not None,
    )


def _frame(message: str | WsMessage, compile_text: Callable[[str], Text]) -> Callable[[Scope], Outgoing]:
    if not isinstance(message, WsMessage):
        return _rendered("text", compile_text(message), str.encode, 0.0)
    source = message.text if message.text is not None else message.ping
    if source is not None:
        kind = "ping" if message.text is None else "text"
        return _rendered(kind, compile_text(source), str.encode, message.delay)
    return _rendered("binary", compile_text(message.binary_base64 or ""), _binary, message.delay)


def _rendered(
    kind: str, text: Text, encode: Callable[[str], bytes], delay: float
) -> Callable[[Scope], Outgoing]:
    if text.static is not None:
        try:
            fixed = Outgoing(kind, encode(text.static), delay)
        except RenderError as error:
            raise CompileError(str(error)) from error
        return lambda _scope: fixed
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
