"""The request step's body."""

import re
from typing import Annotated, Any, Self

from loadr_config._modelling import AfterValidator, Field, model_validator
from loadr_config.models._base import PlanModel, mistake
from loadr_config.models._scalars import Flag, Name, PositiveDuration, TemplateText, TemplateValue, Text
from loadr_config.models.blocks import GraphqlBlock, GrpcBlock, SocketBlock, SqlBlock, SseBlock, WsBlock
from loadr_config.models.bodies import Body
from loadr_config.models.conditions import Condition
from loadr_config.models.credentials import Auth
from loadr_config.models.extractors import Extractor
from loadr_config.models.http import Embedded, ExpectedStatuses

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110, 5.6.2
_COMMON_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}


def _method(text: str) -> str:
    if not _TOKEN.fullmatch(text):
        raise mistake(f'"{text}" is no HTTP method')
    return text.upper() if text.upper() in _COMMON_METHODS else text


BLOCKS = ("ws", "grpc", "graphql", "socket", "sse", "sql", "plugin")


class Request(PlanModel):
    """One request of any protocol.

    What a request may override is None where the request does not say it.
    """

    name: TemplateText | None = Field(
        None, description="Value of the name tag; by default the URL as written."
    )
    protocol: Name | None = Field(
        None, description="Protocol; by default the block or the URL's scheme decides."
    )
    method: Annotated[Text, AfterValidator(_method)] | None = Field(
        None, description="HTTP method; by default GET, or POST with a body."
    )
    url: TemplateText = Field(description="The URL; a relative one is joined to defaults.http.base_url.")
    params: dict[str, TemplateText] = Field({}, description="Query parameters, added to the URL.")
    headers: dict[str, TemplateText] = Field({}, description="Headers, over those of the defaults.")
    body: Body | None = Field(None, description="The body.")
    timeout: PositiveDuration | None = Field(None, description="Longest time of this request.")
    follow_redirects: Flag | None = Field(None, description="Whether redirects are followed.")
    auth: Auth | None = Field(None, description="Credentials, instead of those of the defaults.")
    embedded: Embedded | None = Field(
        None, description="Whether the page's resources are loaded too, instead of what the defaults say."
    )
    expected_statuses: ExpectedStatuses | None = Field(None, description="Statuses that count as success.")
    tags: dict[str, TemplateText] = Field({}, description="Tags of this request's samples.")
    extract: tuple[Extractor, ...] = Field((), description="Values taken from the response.")
    asserts: tuple[Condition, ...] = Field(
        (), alias="assert", description="Conditions that fail the request when they do not hold."
    )
    checks: tuple[Condition, ...] = Field((), description="Conditions that are only counted.")
    ws: WsBlock | None = Field(None, description="WebSocket session.")
    grpc: GrpcBlock | None = Field(None, description="gRPC call.")
    graphql: GraphqlBlock | None = Field(None, description="GraphQL operation.")
    socket: SocketBlock | None = Field(None, description="TCP or UDP exchange.")
    sse: SseBlock | None = Field(None, description="Server-sent events.")
    sql: SqlBlock | None = Field(None, description="Statement for a database plugin.")
    plugin: TemplateValue = Field(None, description="Whatever a plugin protocol takes.")

    @model_validator(mode="after")
    def _one_block(self) -> Self:
        given = [block for block in BLOCKS if getattr(self, block) is not None]
        if len(given) > 1:
            raise mistake(f'takes one protocol block, not both "{given[0]}" and "{given[1]}"', key=given[1])
        return self

    @property
    def block(self) -> Any:
        """The protocol block, whichever it is; None where there is none."""
        return next((block for name in BLOCKS if (block := getattr(self, name)) is not None), None)
