"""``defaults.http``: how requests are made."""

import re
from ipaddress import ip_address, ip_network
from typing import Annotated, Any, Literal, NamedTuple, Self

from loadr_config._modelling import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)
from loadr_config.models._base import PlanModel, mistake
from loadr_config.models._scalars import (
    Code,
    Count,
    CountOrZero,
    Duration,
    Flag,
    Name,
    PositiveDuration,
    Regex,
    TemplateText,
    Text,
    kind_of,
    text_of,
)
from loadr_config.models._sizes import Size
from loadr_config.models.credentials import Auth


class StatusRange(NamedTuple):
    """Statuses from `first` to `last`, both included."""

    first: int
    last: int

    def __contains__(self, status: object) -> bool:
        return isinstance(status, int) and self.first <= status <= self.last


_RANGE = re.compile(r"\s*(\d{1,5})\s*(?:-\s*(\d{1,5})\s*)?")


def _status_range(value: Any) -> StatusRange:
    if isinstance(value, StatusRange):
        return value
    if isinstance(value, int | str) and not isinstance(value, bool):
        match = _RANGE.fullmatch(text_of(value))
        if match:
            first = int(match.group(1))
            last = int(match.group(2) or first)
            if first > last:
                raise mistake(f"the range {value} ends before it begins")
            return StatusRange(first, last)
    raise mistake(f'expected a status such as 200 or a range such as "200-399", got {kind_of(value)}')


def _status_ranges(value: Any) -> Any:
    return [value] if isinstance(value, int | str) and not isinstance(value, bool) else value


def _written_range(statuses: StatusRange) -> int | str:
    return statuses.first if statuses.first == statuses.last else f"{statuses.first}-{statuses.last}"


_RANGE_SCHEMA: dict[str, Any] = {
    "anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": r"^\s*\d+\s*(-\s*\d+\s*)?$"}]
}

ExpectedStatuses = Annotated[
    tuple[
        Annotated[
            StatusRange,
            BeforeValidator(_status_range),
            PlainSerializer(_written_range),
            WithJsonSchema(_RANGE_SCHEMA),
        ],
        ...,
    ],
    BeforeValidator(_status_ranges),
    WithJsonSchema({"anyOf": [{"type": "array", "items": _RANGE_SCHEMA}, *_RANGE_SCHEMA["anyOf"]]}),
]
"""Statuses and ranges; a single one may stand without a list."""


def _tls_version(value: Any) -> str:
    text = text_of(value).strip().lower().replace(" ", "").removeprefix("tls").removeprefix("v")
    if text not in {"1.2", "1.3"}:
        raise mistake(f"expected the TLS version 1.2 or 1.3, got {kind_of(value)}")
    return text


TlsVersion = Annotated[
    Literal["1.2", "1.3"],
    BeforeValidator(_tls_version),
    WithJsonSchema({"enum": ["1.2", "1.3", 1.2, 1.3, "TLSv1.2", "TLSv1.3"]}),
]


class ClientCertificate(PlanModel):
    """A certificate that the client shows to some hosts; as files, or as PEM texts."""

    hosts: tuple[Name, ...] = Field(
        (), description="The hosts; `*.` at the start stands for any subdomain. By default all."
    )
    cert_file: Name | None = Field(None, description="PEM file with the certificate.")
    key_file: Name | None = Field(None, description="PEM file with its key.")
    cert: Code | None = Field(None, description="The certificate itself, as PEM.")
    key: Code | None = Field(None, description="Its key itself, as PEM.")
    password: Name | None = Field(None, description="Password of an encrypted key.")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        as_files = (self.cert_file is not None, self.key_file is not None)
        as_texts = (self.cert is not None, self.key is not None)
        if {as_files, as_texts} != {(True, True), (False, False)}:
            raise mistake('needs "cert_file" and "key_file", or "cert" and "key"')
        return self

    def fits(self, host: str) -> bool:
        """Whether it is shown to a host."""
        name = host.lower()
        return not self.hosts or any(
            name.endswith(pattern.lower()[1:]) if pattern.startswith("*.") else name == pattern.lower()
            for pattern in self.hosts
        )


class Tls(PlanModel):
    """How TLS connections are made."""

    insecure_skip_verify: Flag = Field(False, description="Accept any certificate.")
    ca_file: Name | None = Field(
        None, description="PEM file of the authorities to trust instead of the system's."
    )
    cert_file: Name | None = Field(None, description="PEM file with the client's certificate.")
    key_file: Name | None = Field(None, description="PEM file with the client certificate's key.")
    client_certificates: tuple[ClientCertificate, ...] = Field(
        (), description="Certificates for some hosts each; the first one that fits is shown."
    )
    server_name: Name | None = Field(None, description="Name for SNI and the certificate check.")
    min_version: TlsVersion | None = Field(None, description="Lowest TLS version to accept.")
    max_version: TlsVersion | None = Field(None, description="Highest TLS version to offer.")
    resume_sessions: Flag = Field(
        True, description="Whether a VU's further connections to a host resume its TLS session."
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (
            self.min_version is not None
            and self.max_version is not None
            and self.min_version > self.max_version
        ):
            raise mistake('"min_version" is above "max_version"', key="min_version")
        if self.cert_file is not None and self.key_file is None:
            raise mistake('"cert_file" needs a "key_file"', key="cert_file")
        if self.key_file is not None and self.cert_file is None:
            raise mistake('"key_file" needs a "cert_file"', key="key_file")
        return self


class Dns(PlanModel):
    """How host names are resolved."""

    ttl: Duration = Field(300.0, description="How long an answer is kept.")
    select: Literal["first", "random", "round_robin"] = Field(
        "first", description="Which of several addresses is used."
    )
    policy: Literal["any", "prefer_ipv4", "prefer_ipv6", "only_ipv4", "only_ipv6"] = Field(
        "any", description="Which families of addresses are used."
    )


_ADDRESS = re.compile(r"\[(?P<six>[^\]]+)\](?::(?P<port6>\d+))?|(?P<four>[^:]+)(?::(?P<port>\d+))?")


def _host_pattern(text: str) -> str:
    if "*" in text.removeprefix("*.") or "/" in text or " " in text:
        raise mistake(f'expected a host such as shop.example or *.shop.example, got "{text}"')
    return text


def _network(text: str) -> str:
    try:
        ip_network(text.strip(), strict=False)
    except ValueError:
        raise mistake(f'expected an address or a network such as 10.0.0.0/8, got "{text}"') from None
    return text.strip()


def _ip(text: str) -> str:
    try:
        ip_address(text.strip())
    except ValueError:
        raise mistake(f'expected an IP address, got "{text}"') from None
    return text.strip()


def _address(text: str) -> str:
    """Check ``ip``, ``ip:port`` or ``[ip]:port``."""
    match = _ADDRESS.fullmatch(text.strip())
    host = (match["six"] or match["four"]) if match else text.strip()
    port = (match["port6"] or match["port"]) if match else None
    try:
        ip_address(host)
    except ValueError:
        raise mistake(f'expected an address such as 127.0.0.1 or 127.0.0.1:8080, got "{text}"') from None
    if port is not None and not 0 < int(port) < 65_536:
        raise mistake(f"there is no port {port}")
    return text.strip()


class Embedded(PlanModel):
    """Loading what a page needs: images, scripts, style sheets, frames."""

    concurrency: Count = Field(6, description="How many are loaded at once, over the connections of the VU.")
    allow: Regex | None = Field(None, description="Only URLs in which this is found; by default all.")


_HOST_KEY = re.compile(r"(?:\[[0-9a-f:.]+\]|[^\s:/\[\]]+|[0-9a-f:]*:[0-9a-f:.]+)(?::(\d{1,5}))?")


def _lower_keys(value: Any) -> Any:
    """Check the hosts and bring them into lower case."""
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for key, address in value.items():
        host = str(key).lower()
        match = _HOST_KEY.fullmatch(host)
        if match is None or (match[1] is not None and not 0 < int(match[1]) < 65_536):
            raise mistake(f'expected a host or host:port, got "{key}"', key=key)
        if host in found:
            raise mistake(f'"{key}" stands twice: upper and lower case are the same here', key=key)
        found[host] = address
    return found


class HttpDefaults(PlanModel):
    """What holds for every request that does not say otherwise."""

    base_url: TemplateText | None = Field(None, description="Put before every relative URL.")
    headers: dict[str, TemplateText] = Field({}, description="Headers of every request.")
    timeout: PositiveDuration = Field(30.0, description="Longest time of one request.")
    follow_redirects: Flag = Field(True, description="Whether redirects are followed.")
    max_redirects: CountOrZero = Field(10, description="Redirects followed for one request.")
    version: Literal["auto", "http1", "http2", "http2-prior-knowledge"] = Field(
        "auto", description="HTTP version; auto is ALPN over TLS and HTTP/1.1 in the clear."
    )
    compression: Flag = Field(True, description="Whether compressed responses are asked for.")
    keep_alive: Flag = Field(True, description="Whether connections are used again.")
    connections_per_host: Count = Field(6, description="Connections of one VU to one host.")
    proxy: TemplateText | None = Field(None, description="Proxy URL, or env for HTTP_PROXY and its like.")
    tls: Tls = Field(Tls.model_construct(), description="TLS settings.")
    cookies: Flag = Field(True, description="Whether each VU keeps cookies.")
    cache: Flag = Field(False, description="Whether each VU has a browser's cache.")
    discard_response_bodies: Flag = Field(False, description="Whether bodies that nothing needs are dropped.")
    max_response_size: Size = Field(
        100_000_000, description="Longest body that is held in memory, as received and as decoded."
    )
    max_request_size: Size | None = Field(None, description="Longest body that is sent; without it any.")
    tracing: Flag = Field(False, description="Whether each request carries a W3C traceparent.")
    hosts: Annotated[dict[str, Annotated[Text, AfterValidator(_address)]], BeforeValidator(_lower_keys)] = (
        Field({}, description="Addresses (ip or ip:port) by host or host:port, instead of DNS.")
    )
    blocked_hosts: tuple[Annotated[Name, AfterValidator(_host_pattern)], ...] = Field(
        (), description="Hosts that nothing is sent to; `*.` at the start stands for any subdomain."
    )
    blocked_addresses: tuple[Annotated[Name, AfterValidator(_network)], ...] = Field(
        (), description="Addresses or networks (10.0.0.0/8) that are not connected to, whatever led there."
    )
    dns: Dns = Field(Dns.model_construct(), description="Name resolution.")
    local_ips: tuple[Annotated[Name, AfterValidator(_ip)], ...] = Field(
        (), description="Source addresses, used in turn."
    )
    embedded: Embedded | None = Field(
        None, description="Whether the resources of HTML pages are loaded too, as browsers do."
    )
    auth: Auth | None = Field(None, description="Credentials of every request.")
    expected_statuses: ExpectedStatuses = Field(
        (StatusRange(200, 399),), description="Statuses that count as success."
    )
