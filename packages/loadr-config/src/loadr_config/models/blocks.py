"""The protocol blocks of a request: what belongs to one protocol alone."""

import re
from typing import Annotated, Any, Literal, Self

from loadr_config._modelling import AfterValidator, Field, Strict, Tag, model_validator
from loadr_config.models._base import PlanModel, is_set, mistake
from loadr_config.models._families import Family
from loadr_config.models._scalars import (
    Count,
    CountOrZero,
    Duration,
    Flag,
    Name,
    PositiveDuration,
    TemplateText,
    TemplateValue,
)


def _close_code(code: int) -> int:
    if code != 1000 and code < 3000:
        raise mistake("expected 1000, or a code from 3000 to 4999")
    return code


# RFC 6455, section 7.4: what an application may send.
CloseCode = Annotated[int, Strict(), Field(ge=1000, le=4999), AfterValidator(_close_code)]


class WsMessage(PlanModel):
    """A frame to send."""

    text: TemplateText | None = Field(None, description="A text frame.")
    binary_base64: TemplateText | None = Field(None, description="A binary frame, in Base64.")
    ping: TemplateText | None = Field(None, description="A ping with this text; its pong is timed.")
    delay: Duration = Field(0.0, description="Wait before sending.")

    @model_validator(mode="after")
    def _one_content(self) -> Self:
        if sum(content is not None for content in (self.text, self.binary_base64, self.ping)) != 1:
            raise mistake('a message is one of "text", "binary_base64" and "ping"')
        return self


class WsMatch(PlanModel):
    """Which message answers which, so that the time between them is measured."""

    by: Literal["next", "jsonpath", "regex"] = Field(
        description="The next message that comes, or one with the same value at a JSONPath or in a group."
    )
    expression: Name | None = Field(None, description="The JSONPath, or the regular expression.")

    @model_validator(mode="after")
    def _expression_where_needed(self) -> Self:
        if (self.by == "next") != (self.expression is None):
            key = None if self.expression is None else "expression"
            words = "takes no" if self.by == "next" else "needs an"
            raise mistake(f'matching by "{self.by}" {words} "expression"', key=key)
        return self


def _message_kind(value: Any) -> str | None:
    return (
        "text"
        if isinstance(value, str | int | float)
        else "map"
        if isinstance(value, dict | WsMessage)
        else None
    )


_MESSAGES = Family("message", {"text": None, "map": WsMessage}, choose=_message_kind)


class WsBlock(PlanModel):
    """A WebSocket session."""

    subprotocols: tuple[Name, ...] = Field((), description="Subprotocols to offer.")
    send: tuple[
        Annotated[
            Annotated[TemplateText, Tag(_MESSAGES.tag("text"))]
            | Annotated[WsMessage, Tag(_MESSAGES.tag("map"))],
            _MESSAGES.discriminator(),
        ],
        ...,
    ] = Field((), description="Frames to send, in order.")
    receive_count: Count | None = Field(None, description="Stop after this many messages.")
    receive_until: TemplateText | None = Field(None, description="Stop at a message that contains this.")
    session_duration: Duration | None = Field(None, description="Stop after this time.")
    match: WsMatch | None = Field(None, description="Which message answers which; their times are measured.")
    compression: Flag = Field(False, description="Offer permessage-deflate.")
    session: Name | None = Field(
        None, description="Keep the session under this name, for later requests of the virtual user."
    )
    close: Flag = Field(False, description="Close the named session at the end of this request.")
    close_code: CloseCode = Field(1000, description="The status with which the session is closed.")


class GrpcBlock(PlanModel):
    """A gRPC call of any of the four shapes."""

    proto_files: tuple[Name, ...] = Field((), description="Proto files that define the service.")
    proto_includes: tuple[Name, ...] = Field((), description="Folders in which imports are looked up.")
    reflection: Flag = Field(False, description="Ask the server for its protos.")
    service: Name = Field(description="Full name of the service.")
    method: Name = Field(description="Name of the method.")
    message: TemplateValue = Field(None, description="The message, as JSON.")
    messages: tuple[TemplateValue, ...] | None = Field(None, description="The messages of a client stream.")
    metadata: dict[str, TemplateText] = Field({}, description="Request metadata.")
    compression: Flag = Field(False, description="Compress messages with gzip, and accept it.")
    connections: Literal["per_vu", "shared"] = Field(
        "per_vu", description="Whether each virtual user has connections of its own."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if is_set(self, "message") and self.messages is not None:
            raise mistake('takes only one of "message" and "messages"', key="messages")
        return self


class GraphqlBlock(PlanModel):
    """A GraphQL operation."""

    query: TemplateText = Field(description="The document.")
    variables: dict[str, TemplateValue] = Field({}, description="Values of its variables.")
    operation_name: TemplateText | None = Field(None, description="Which operation of the document runs.")


_HEX = re.compile(r"(?:\s|[0-9a-fA-F]{2}|:)*")


def _hex(text: str) -> str:
    if "${" not in text and not _HEX.fullmatch(text.removeprefix("0x")):
        raise mistake("expected pairs of hexadecimal digits")
    return text


_READING_RULES = ("read_bytes", "read_until", "read_until_hex", "read_until_close")


class SocketBlock(PlanModel):
    """An exchange over TCP or UDP."""

    send_text: TemplateText | None = Field(None, description="Text to send, in UTF-8.")
    send_hex: Annotated[TemplateText, AfterValidator(_hex)] | None = Field(
        None, description="Bytes to send, as hexadecimal digits."
    )
    read_bytes: CountOrZero | None = Field(
        None, description="Read this many bytes; 0 reads nothing. Without a rule what comes first is read."
    )
    read_until: Annotated[TemplateText, Field(min_length=1)] | None = Field(
        None, description="Read until this text has come; it is part of the body."
    )
    read_until_hex: Annotated[TemplateText, AfterValidator(_hex), Field(min_length=1)] | None = Field(
        None, description="The same for bytes, as hexadecimal digits."
    )
    read_until_close: Flag = Field(False, description="Read until the server closes.")
    read_timeout: PositiveDuration | None = Field(
        None, description="Longest wait for the next bytes; the request's timeout holds for all of it."
    )
    session: Name | None = Field(
        None, description="Keep the connection under this name, for later requests of the virtual user."
    )

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if self.send_text is not None and self.send_hex is not None:
            raise mistake('takes only one of "send_text" and "send_hex"', key="send_hex")
        rules = [
            rule
            for rule in _READING_RULES
            if (given := getattr(self, rule)) is not None and given is not False
        ]
        if len(rules) > 1:
            raise mistake(f'takes only one of "{rules[0]}" and "{rules[1]}"', key=rules[1])
        return self


class SseBlock(PlanModel):
    """A stream of server-sent events."""

    events: Count | None = Field(None, description="Stop after this many events.")
    until: TemplateText | None = Field(
        None, description="Stop at an event of this type, or with this in its data."
    )
    duration: Duration | None = Field(
        None, description="Stop after this time, counted from the response's head."
    )
    reconnect: CountOrZero = Field(
        0, description="How often a stream that ended too early is opened again, with Last-Event-ID."
    )


def _parameters_kind(value: Any) -> str | None:
    return "list" if isinstance(value, list | tuple) else "map" if isinstance(value, dict) else None


_PARAMETERS = Family("parameters", {"list": None, "map": None}, choose=_parameters_kind)


class SqlBlock(PlanModel):
    """A statement for a database plugin."""

    query: TemplateText = Field(description="The statement.")
    params: Annotated[
        Annotated[tuple[TemplateValue, ...], Tag(_PARAMETERS.tag("list"))]
        | Annotated[dict[str, TemplateValue], Tag(_PARAMETERS.tag("map"))],
        _PARAMETERS.discriminator(),
    ] = Field((), description="Values of its parameters.")
