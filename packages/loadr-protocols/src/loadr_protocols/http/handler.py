"""The entry point of HTTP: compiles requests, opens sessions, holds what a worker's VUs share."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import ClassVar, Final

from loadr_config.extras import install_line
from loadr_config.models import GraphqlBlock
from loadr_config.version import VERSION
from loadr_core.clock import epoch_of
from loadr_core.cookies import load_public_suffixes
from loadr_core.randomness import draw_seed, generator
from loadr_core.spi import (
    CompiledRequest,
    CompileError,
    HandlerContext,
    ProtocolHandler,
    ProtocolSession,
    RequestSpec,
    VuContext,
)
from loadr_protocols.http.blocked import Blocked
from loadr_protocols.http.cache import HttpCache
from loadr_protocols.http.checks import HttpChecks
from loadr_protocols.http.codings import accept_encoding
from loadr_protocols.http.connect import Connector, TlsManner
from loadr_protocols.http.deadlines import DeadlineSweeper
from loadr_protocols.http.graphql import ACCEPT, GraphqlRequest
from loadr_protocols.http.hosts import Hosts
from loadr_protocols.http.message import RequestMessage, is_token
from loadr_protocols.http.page import Element, find_parser
from loadr_protocols.http.proxies import ProxyRules
from loadr_protocols.http.reach import Reach
from loadr_protocols.http.request import Features, HttpRequest, VisitingRequest
from loadr_protocols.http.resolving import Resolver
from loadr_protocols.http.session import HttpSession
from loadr_protocols.http.tls_contexts import TlsContexts
from loadr_protocols.http.tracing import TRACEPARENT, TracedRequest
from loadr_protocols.http.url import UrlError
from loadr_protocols.http.versions import VERSIONS

_NO_FIELDS: Final[Mapping[str, str]] = {}


class HttpHandler(HttpChecks, ProtocolHandler):
    """HTTP/1.1 and HTTP/2, and GraphQL over them.

    Attributes:
        session: the class of a VU's sessions.
        connector: opens the connections of all sessions.
        tunnels: whether proxies are asked for tunnels in the clear too; those for HTTP/1.1 understand nothing else.
    """

    name: ClassVar[str] = "http"
    session: ClassVar[type[HttpSession]] = HttpSession
    tunnels: ClassVar[bool] = False

    def __init__(self, context: HandlerContext) -> None:
        super().__init__(context)
        self._sweeper: Final = DeadlineSweeper(context.clock)
        defaults = context.defaults
        versions = VERSIONS[defaults.version]
        self._tls: Final = TlsContexts(context, versions.offered)
        self.connector: Final = Connector(
            context.clock,
            self._sweeper,
            make_reach(
                context, os.environ, tunnels=self.tunnels or defaults.version == "http2-prior-knowledge"
            ),
            TlsManner(self._tls.of, defaults.tls.server_name, defaults.tls.resume_sessions),
            defaults.max_response_size,
            versions,
        )
        self._epoch: Final = epoch_of(context.clock)
        self._agent: Final = f"loadr/{VERSION}"

    def compile(self, spec: RequestSpec) -> CompiledRequest:
        """Build the request's bytes, as far as they are known."""
        if not isinstance(spec.block, GraphqlBlock):
            if spec.block is not None:
                raise CompileError("a request of protocol http has no protocol block")
            return self.traced(self.http_request(spec), spec)
        if spec.method not in {None, "POST"}:
            raise CompileError(f"a GraphQL request is sent with POST, not {spec.method}")
        request = self.http_request(replace(spec, keeps_body=True), {"Accept": ACCEPT})
        return self.traced(GraphqlRequest(request), spec)

    def http_request(self, spec: RequestSpec, fields: Mapping[str, str] = _NO_FIELDS) -> HttpRequest:
        """The request on the wire, which may carry another protocol.

        Args:
            spec: its block does not count.
            fields: what the protocol sends unless the plan says otherwise.

        Raises:
            CompileError: it cannot become an HTTP request.
        """
        parts = self._parts(spec, fields)
        _, message, features = parts
        visits = (
            spec.credentials is not None
            or message.streams
            or self.context.defaults.cache
            or features.embedded is not None
            or self.context.tap is not None  # whose exchanges are all seen
        )
        return (VisitingRequest if visits else HttpRequest)(*parts, self.context.clock.now)

    def visiting_request(self, spec: RequestSpec, fields: Mapping[str, str] = _NO_FIELDS) -> VisitingRequest:
        """As `http_request`, for who visits with it."""
        return VisitingRequest(*self._parts(spec, fields), self.context.clock.now)

    def traced(self, request: CompiledRequest, spec: RequestSpec) -> CompiledRequest:
        """A request as it is sent where the plan has its uses traced."""
        return TracedRequest(request) if self.traces(spec) else request

    def traces(self, spec: RequestSpec) -> bool:
        """Whether uses of a request have a trace of loadr's, and none of the plan's own."""
        defaults = self.context.defaults
        return defaults.tracing and "traceparent" not in _names((*defaults.headers, *dict(spec.headers)))

    def _parts(self, spec: RequestSpec, fields: Mapping[str, str]) -> tuple[str, RequestMessage, Features]:
        """What a request is made of; what it needs during the run is prepared."""
        defaults = self.context.defaults
        method = spec.method or ("GET" if spec.body is None else "POST")
        if not is_token(method):
            raise CompileError(f"{method!r} is not a method")
        if method == "CONNECT":
            raise CompileError("CONNECT is not supported", "a proxy's tunnels are the client's own affair")
        if self.traces(spec):
            spec = replace(spec, headers=(*spec.headers, ("traceparent", TRACEPARENT)))
        message = RequestMessage(
            method,
            spec,
            base_url=defaults.base_url,
            default_headers=self._default_headers(fields),
            agent=self._agent,
            max_size=defaults.max_request_size,
        )
        scheme = None if message.fixed is None else message.fixed[0].scheme
        self._tls.prepare(needed=scheme == "https")
        self.connector.prepare(scheme or "http")
        self._sweeper.admit(spec.timeout)
        if defaults.cookies and message.fixed is not None:
            _prepare_for_cookies(message.fixed[0].host)
        limit = defaults.max_redirects if spec.max_redirects is None else spec.max_redirects
        return (
            method,
            message,
            Features(
                expected=spec.expected_statuses,
                timeout=spec.timeout,
                cookies=defaults.cookies,
                max_redirects=limit if spec.follow_redirects else 0,
                stops_at_limit=spec.stops_at_limit,
                keeps_body=spec.keeps_body or spec.embedded is not None,
                drops_body=defaults.discard_response_bodies and self.context.tap is None,
                max_response_size=defaults.max_response_size,
                epoch=self._epoch,
                credentials=spec.credentials,
                embedded=spec.embedded,
                parse_page=None if spec.embedded is None else _page_parser(),
            ),
        )

    def _default_headers(self, fields: Mapping[str, str]) -> Mapping[str, str]:
        """Those of the plan's defaults, and behind them what nobody has named there."""
        defaults = self.context.defaults
        wanted = dict(fields)
        if defaults.compression:
            wanted["Accept-Encoding"] = accept_encoding()
        if not defaults.keep_alive:
            wanted["Connection"] = "close"
        named = _names(defaults.headers)
        return defaults.headers | {name: value for name, value in wanted.items() if name.lower() not in named}

    def open_session(self, vu: VuContext) -> ProtocolSession:  # noqa: ARG002 - all VUs are alike
        """Make a session without connections."""
        defaults = self.context.defaults
        return self.session(
            self.connector,
            connections_per_host=defaults.connections_per_host,
            keep_alive=defaults.keep_alive,
            cache=HttpCache() if defaults.cache else None,
            tap=self.context.tap,
        )

    def __repr__(self) -> str:
        return f"<HttpHandler {self._sweeper!r}>"


def _names(names: Iterable[str]) -> frozenset[str]:
    """Names of fields in lower case."""
    return frozenset(map(str.lower, names))


def _page_parser() -> Callable[[bytes], Iterable[Element]]:
    """What finds the elements of pages. Raises `CompileError` where nothing is installed for it."""
    parse = find_parser()
    if parse is None:
        raise CompileError("`embedded` needs a parser of HTML", f"install one: {install_line('extract')}")
    return parse


def _prepare_for_cookies(host: str) -> None:
    """Read the public suffixes before the run where a host may set cookies for its domain."""
    if "." in host and not host[-1:].isdigit():
        load_public_suffixes()


def make_reach(context: HandlerContext, environment: Mapping[str, str], *, tunnels: bool = False) -> Reach:
    """How origins are reached, from the plan's defaults.

    Args:
        context: with the defaults.
        environment: for proxies.
        tunnels: see `Reach`.

    Raises:
        CompileError: the proxy's address is none.
    """
    defaults = context.defaults
    try:
        proxies = ProxyRules(defaults.proxy, environment)
    except UrlError as error:
        raise CompileError(f"defaults.http.proxy: {error}") from error
    resolver = Resolver(
        context.clock,
        Hosts(defaults.hosts),
        ttl=defaults.dns.ttl,
        select=defaults.dns.select,
        random=generator(draw_seed(), "dns"),
        policy=defaults.dns.policy,
        blocked=Blocked(defaults.blocked_hosts, defaults.blocked_addresses),
    )
    return Reach(context.clock, resolver, proxies, defaults.local_ips, tunnels=tunnels)
