"""The entry point of HTTP: compiles requests, opens sessions, holds what a worker's VUs share."""

import os
import ssl
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, Final

from loadr_config.extras import install_line
from loadr_config.models import ClientCertificate, GraphqlBlock
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
from loadr_protocols.http.cache import HttpCache
from loadr_protocols.http.checks import HttpChecks
from loadr_protocols.http.client_certificates import certificate_for, show_certificate
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
from loadr_protocols.http.tracing import TRACEPARENT, TracedRequest
from loadr_protocols.http.url import UrlError
from loadr_protocols.http.versions import VERSIONS

_TLS_VERSIONS: Final = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


class HttpHandler(HttpChecks, ProtocolHandler):
    """HTTP/1.1 and HTTP/2, and GraphQL over them.

    Attributes:
        always_visits: whether every request is made as a `VisitingRequest`.
        connector: opens the connections of all sessions.
    """

    name: ClassVar[str] = "http"
    always_visits: ClassVar[bool] = False

    def __init__(self, context: HandlerContext) -> None:
        super().__init__(context)
        self._tls: Final[dict[ClientCertificate | None, ssl.SSLContext]] = {}
        self._sweeper: Final = DeadlineSweeper(context.clock)
        defaults = context.defaults
        self.connector: Final = Connector(
            context.clock,
            self._sweeper,
            make_reach(context, os.environ),
            TlsManner(self._tls_context, defaults.tls.server_name, defaults.tls.resume_sessions),
            defaults.max_response_size,
            VERSIONS[defaults.version],
        )
        self._epoch: Final = epoch_of(context.clock)
        self._agent: Final = f"loadr/{VERSION}"

    def compile(self, spec: RequestSpec) -> CompiledRequest:
        """Build the request's bytes, as far as they are known."""
        defaults = self.context.defaults
        is_graphql = isinstance(spec.block, GraphqlBlock)
        if is_graphql:
            spec = replace(spec, keeps_body=True)
            if spec.method not in {None, "POST"}:
                raise CompileError(f"a GraphQL request is sent with POST, not {spec.method}")
        elif spec.block is not None:
            raise CompileError("a request of protocol http has no protocol block")
        method = spec.method or ("GET" if spec.body is None else "POST")
        if not is_token(method):
            raise CompileError(f"{method!r} is not a method")
        if method == "CONNECT":
            raise CompileError("CONNECT is not supported", "a proxy's tunnels are the client's own affair")
        headers = dict(defaults.headers)
        if is_graphql and "accept" not in map(str.lower, headers):
            headers["Accept"] = ACCEPT
        if defaults.compression and "accept-encoding" not in map(str.lower, headers):
            headers["Accept-Encoding"] = accept_encoding()
        is_traced = defaults.tracing and "traceparent" not in map(str.lower, (*headers, *dict(spec.headers)))
        if is_traced:
            spec = replace(spec, headers=(*spec.headers, ("traceparent", TRACEPARENT)))
        if not defaults.keep_alive and "connection" not in map(str.lower, headers):
            headers["Connection"] = "close"
        message = RequestMessage(
            method,
            spec,
            base_url=defaults.base_url,
            default_headers=headers,
            agent=self._agent,
            max_size=defaults.max_request_size,
        )
        named = (defaults.tls.ca_file, defaults.tls.cert_file)
        if any(named) or (message.fixed is not None and message.fixed[0].scheme == "https"):
            self._tls_context_showing(None)  # a file that cannot be read is the plan's mistake
        for shown in defaults.tls.client_certificates:
            self._tls_context_showing(shown)
        self.connector.prepare("http" if message.fixed is None else message.fixed[0].scheme)
        self._sweeper.admit(spec.timeout)
        if defaults.cookies and message.fixed is not None:
            _prepare_for_cookies(message.fixed[0].host)
        limit = defaults.max_redirects if spec.max_redirects is None else spec.max_redirects
        features = Features(
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
        )
        visits = (
            self.always_visits
            or spec.credentials is not None
            or message.streams
            or defaults.cache
            or spec.embedded is not None
            or self.context.tap is not None  # whose exchanges are all seen
        )
        made = VisitingRequest if visits else HttpRequest
        request: CompiledRequest = made(method, message, features, self.context.clock.now)
        if is_traced:
            request = TracedRequest(request)
        return GraphqlRequest(request) if is_graphql else request

    def open_session(self, vu: VuContext) -> ProtocolSession:  # noqa: ARG002 - all VUs are alike
        """Make a session without connections."""
        defaults = self.context.defaults
        return HttpSession(
            self.connector,
            connections_per_host=defaults.connections_per_host,
            keep_alive=defaults.keep_alive,
            cache=HttpCache() if defaults.cache else None,
            tap=self.context.tap,
        )

    def _tls_context(self, host: str) -> ssl.SSLContext:
        """The settings of TLS for a host.

        Raises:
            CompileError: a file of `tls` cannot be read.
        """
        return self._tls_context_showing(certificate_for(host, self.context.defaults.tls.client_certificates))

    def _tls_context_showing(self, shown: ClientCertificate | None) -> ssl.SSLContext:
        """The settings for a client's certificate: made once, as reading the system's authorities takes 20 ms."""
        tls = self._tls.get(shown)
        if tls is None:
            offers = VERSIONS[self.context.defaults.version].offered
            tls = self._tls[shown] = make_tls_context(self.context, offers, shown)
        return tls

    def __repr__(self) -> str:
        return f"<HttpHandler {self._sweeper!r}>"


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


def make_reach(context: HandlerContext, environment: Mapping[str, str]) -> Reach:
    """How origins are reached, from the plan's defaults.

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
    )
    return Reach(context.clock, resolver, proxies, defaults.local_ips)


def make_tls_context(
    context: HandlerContext, offers: Sequence[str] = (), shown: ClientCertificate | None = None
) -> ssl.SSLContext:
    """A client's TLS settings from `defaults.http.tls`.

    Args:
        context: with the plan's defaults.
        offers: the protocols among which the server chooses (ALPN); none where it is not asked.
        shown: the client's certificate, instead of the one for all hosts.

    Raises:
        CompileError: a file cannot be read.
    """
    settings = context.defaults.tls
    authorities = None if settings.ca_file is None else context.folder / settings.ca_file
    try:
        tls = ssl.create_default_context(cafile=authorities)
    except (OSError, ssl.SSLError) as error:
        raise CompileError(f"tls.ca_file: cannot read {authorities}: {error}") from error
    if shown is not None:
        show_certificate(tls, shown, context.folder)
    elif settings.cert_file is not None:
        certificate = context.folder / settings.cert_file
        key = None if settings.key_file is None else context.folder / settings.key_file
        try:
            # An encrypted key would ask for its password on the terminal.
            tls.load_cert_chain(certificate, key, password=_no_password)
        except (OSError, ssl.SSLError) as error:
            raise CompileError(
                f"tls.cert_file: cannot use {certificate} with the key {key}: {error}"
            ) from error
    if settings.min_version is not None:
        tls.minimum_version = _TLS_VERSIONS[settings.min_version]
    if settings.max_version is not None:
        tls.maximum_version = _TLS_VERSIONS[settings.max_version]
    if offers:
        tls.set_alpn_protocols([*offers])
    if settings.insecure_skip_verify:
        tls.check_hostname = False
        tls.verify_mode = ssl.CERT_NONE
    return tls


def _no_password() -> str:
    raise ssl.SSLError("the key is encrypted, and only a key without a password can be used")
