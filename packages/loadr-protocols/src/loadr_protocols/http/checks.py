"""What of a plan only HTTP can judge: URLs, header names and values, methods, files of TLS.

A text is judged as far as it is known before the run. What is still open is judged when it is sent, by
the same rules (`url`, `message`).
"""

import re
import ssl
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from loadr_config.diagnostics import Severity
from loadr_config.extras import install_line
from loadr_config.models import Request, Tls
from loadr_config.urls import join
from loadr_core.spi import Finding, PlanContext, PlanPart
from loadr_protocols.http.message import is_token
from loadr_protocols.http.page import find_parser
from loadr_protocols.http.proxies import FROM_ENVIRONMENT, ProxyRules
from loadr_protocols.http.url import UrlError, encode_target, is_absolute, split_url

_LINE_BREAK: Final = re.compile(r"[\r\n\x00]")
_AUTHORITY: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://[^/?#$]+(?=[/?#])")
_TLS: Final = ("defaults", "http", "tls")
# What OpenSSL says, for people; for a file without a key it says nothing that could be told apart.
_REASONS: Final = {
    "NO_CERTIFICATE_OR_CRL_FOUND": "has no certificate in PEM form",
    "NO_START_LINE": "has no certificate in PEM form",
    "KEY_VALUES_MISMATCH": "is not the key of the certificate",
    "BAD_BASE64_DECODE": "is damaged: its content is not Base64",
}
_ENCRYPTED: Final = "is encrypted: only a key without a password can be used"
_NO_KEY: Final = "has no private key in PEM form"


class HttpChecks:
    """The ability `Checks` by itself, for who needs no client."""

    @classmethod
    def check(cls, parts: Sequence[PlanPart], context: PlanContext) -> "Iterator[Finding]":
        """Judge the plan's requests before the run."""
        return check_http(parts, context)


def check_http(parts: Sequence[PlanPart], context: PlanContext) -> Iterator[Finding]:
    """Judge the requests of a plan, and once what holds for all of them."""
    yield from _defaults(context)
    for part in parts:
        if isinstance(part.value, Request):
            yield from _request(part, part.value, context)


def _defaults(context: PlanContext) -> Iterator[Finding]:
    http = context.defaults
    if http.base_url is not None and (problem := _url_problem(http.base_url, None, context)) is not None:
        yield Finding(("defaults", "http", "base_url"), problem)
    for name, message, in_name in _headers(http.headers, context):
        yield Finding(("defaults", "http", "headers", name), message, on_key=in_name)
    proxy = None if http.proxy is None else context.known(http.proxy)
    if proxy is not None and proxy != FROM_ENVIRONMENT:
        try:
            ProxyRules(proxy, {})
        except UrlError as error:
            hint = 'write the URL of a proxy, or "env" for the environment\'s'
            yield Finding(("defaults", "http", "proxy"), str(error), hint)
    if http.embedded is not None:
        yield from _embedded(("defaults", "http", "embedded"))
    if context.check_files:
        yield from _tls_files(http.tls, context.folder)


def _embedded(path: tuple[str | int, ...]) -> Iterator[Finding]:
    if find_parser() is None:
        yield Finding(
            path,
            'no parser of HTML is installed, which "embedded" needs',
            install_line("extract"),
            Severity.WARNING,
            on_key=True,
        )


def _request(part: PlanPart, request: Request, context: PlanContext) -> Iterator[Finding]:
    if request.method == "CONNECT":
        hint = "a proxy's tunnels are the client's own affair"
        yield part.finding(
            "CONNECT is not a request that a plan can send", below=("method",), suggestion=hint
        )
    for block in ("sql", "plugin"):
        if getattr(request, block) is not None:
            message = f'a request of the protocol http has no block "{block}"'
            hint = 'name the protocol that takes it under "protocol"'
            yield part.finding(message, below=(block,), on_key=True, suggestion=hint)
    if request.graphql is not None:
        yield from _graphql(part, request)
    if request.embedded is not None:
        yield from _embedded((*part.path, "embedded"))
    problem = _url_problem(request.url, context.defaults.base_url, context)
    if problem is not None:
        yield part.finding(problem, below=("url",))
    for name, message, in_name in _headers(request.headers, context):
        yield part.finding(message, below=("headers", name), on_key=in_name)


def _graphql(part: PlanPart, request: Request) -> Iterator[Finding]:
    if request.method not in {None, "POST"}:
        yield part.finding(f"a GraphQL request is sent with POST, not {request.method}", below=("method",))
    if request.body is not None:
        message = "a GraphQL request has no body of its own: its operation is the body"
        yield part.finding(message, below=("body",), on_key=True)


def _url_problem(template: str, base_url: str | None, context: PlanContext) -> str | None:
    """What is wrong with a URL, as far as it is known."""
    url = context.known(template)
    if url is None:
        # A path may wait for the run while the host is known.
        authority = _AUTHORITY.match(template)
        url = authority.group() if authority else None
    elif base_url is not None and not is_absolute(url):
        if _url_problem(base_url, None, context) is not None:
            return None  # told once, at its own place
        base = context.known(base_url)
        url = None if base is None else join(base, url)
    if url is None or not is_absolute(url):
        return None  # open, or relative without a base, which the plan language itself tells
    try:
        encode_target(split_url(url).target)
    except UrlError as error:
        return str(error)
    return None


def _headers(headers: Mapping[str, str], context: PlanContext) -> Iterator[tuple[str, str, bool]]:
    """Yield (name, what is wrong, whether the name itself is)."""
    for name, template in headers.items():
        if not is_token(name):
            yield name, f'"{name}" is not a header name', True
        elif name.lower() == "transfer-encoding":
            yield name, f'"{name}" cannot be set: a body is sent with its Content-Length', True
        elif _LINE_BREAK.search(context.known(template) or ""):
            yield name, "the value of a header cannot contain a line break", False


def _tls_files(tls: Tls, folder: Path) -> Iterator[Finding]:
    """Load what the plan names, as a connection would. A missing file is told by the plan language."""
    if tls.ca_file is not None and (folder / tls.ca_file).is_file():
        wrong = _load_error(folder / tls.ca_file)
        if wrong is not None:
            yield Finding((*_TLS, "ca_file"), f'"{tls.ca_file}" {_reason(wrong)}')
    if tls.cert_file is None or tls.key_file is None:
        return
    certificate, key = folder / tls.cert_file, folder / tls.key_file
    if not (certificate.is_file() and key.is_file()):
        return
    asked: list[bool] = []

    def password() -> str:
        # Without an answer of ours OpenSSL would ask on the terminal.
        asked.append(True)
        return ""

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(certificate, key, password)
    except OSError as error:
        # Nothing says which of the two files is wrong: a certificate that loads by itself is right.
        wrong = _load_error(certificate)
        if wrong is not None:
            yield Finding((*_TLS, "cert_file"), f'"{tls.cert_file}" {_reason(wrong)}')
        else:
            reason = _ENCRYPTED if asked else _reason(error, _NO_KEY)
            yield Finding((*_TLS, "key_file"), f'"{tls.key_file}" {reason}')


def _load_error(certificate: Path) -> OSError | None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=certificate)
    except OSError as error:
        return error
    return None


def _reason(error: OSError, otherwise: str = "") -> str:
    """Say why a file of TLS cannot be used; `otherwise` where OpenSSL gives no reason."""
    reason = getattr(error, "reason", None)
    if reason is None and isinstance(error, ssl.SSLError) and otherwise:
        return otherwise
    return _REASONS.get(reason or "") or f"cannot be loaded: {error.strerror or error}"
