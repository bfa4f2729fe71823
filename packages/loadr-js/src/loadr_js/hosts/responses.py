"""What a script sees of a response, in k6's words."""

from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final

from loadr_core.spi import Response, ScriptRequest

_MS: Final = 1000.0
_PHASES: Final = ("blocked", "looking_up", "connecting", "tls_handshaking", "sending", "waiting", "receiving")

# k6's error codes and texts (its documentation, "Error codes"), by what is known of a failure, then by its kind.
_FAILURES: Final[Mapping[str, tuple[int, str]]] = {
    "blocked_address": (1110, "ip is blacklisted"),
    "blocked_host": (1111, "hostname is blocked"),
    "no_tls": (1301, "tls: first record does not look like a TLS handshake"),
    "unknown_authority": (1310, "x509: unknown authority"),
    "wrong_name": (1311, "x509: certificate doesn't match hostname"),
    "undecodable": (1701, ""),
    "timeout": (1050, "request timeout"),
    "dns": (1101, "lookup: no such host"),
    "connection_refused": (1212, "dial: connection refused"),
    "connection_reset": (1220, "read: connection reset by peer"),
    "tls": (1300, ""),
}
_OTHER: Final = (1000, "")

# Go counts from the year 1: what a cookie that ends with its session says, in milliseconds.
_NO_END: Final = -6795364578871

_TLS_VERSIONS: Final = {"TLSv1": "tls1.0", "TLSv1.1": "tls1.1", "TLSv1.2": "tls1.2", "TLSv1.3": "tls1.3"}
_NO_STAPLE: Final = {
    "produced_at": 0,
    "this_update": 0,
    "next_update": 0,
    "revoked_at": 0,
    "revocation_reason": "",
    "status": "",
}


def answer_of(response: Response, request: ScriptRequest, number: int, kind: str = "text") -> list[Any]:
    """What crosses of a response at once, in the order of the script's constructor; the rest is asked for."""
    status, code, error = response.status, 0, response.error or response.error_kind or ""
    if response.error_kind is not None:
        code = failure_of(response)[0]
    elif status >= 400:
        code = 1000 + status
    return [number, kind, status, sent_url(response) or request.url, response.proto, error, code]


def answer_as_k6(response: Response, request: ScriptRequest, number: int, kind: str = "text") -> list[Any]:
    """The same, a failure in k6's words: there is neither status nor body."""
    answer = answer_of(response, request, number, kind)
    if response.error_kind is not None:
        answer[1:3] = "none", 0
        answer[4] = ""
        answer[5] = failure_of(response)[1] or answer[5]
    return answer


def failure_of(response: Response) -> tuple[int, str]:
    """k6's code and text of a failure; an empty text where k6 has none of its own."""
    known = _FAILURES.get(getattr(response, "detail", ""))
    return known or _FAILURES.get(response.error_kind or "", _OTHER)


def sent_url(response: Response) -> str | None:
    """The URL of the last exchange, where it may be another than that of the request."""
    return getattr(getattr(response, "sent", None), "url", None)


def status_text(response: Response) -> str:
    """Status and reason as they came; the reason that is usual where none came, as over HTTP/2."""
    status, head = response.status, getattr(response, "head", None)
    if not status or response.error_kind is not None:
        return ""
    reason = getattr(head, "reason", "")
    if not reason:
        try:
            reason = HTTPStatus(status).phrase
        except ValueError:
            return str(status)
    return f"{status} {reason}"


@lru_cache(1024)
def canonical(name: str) -> str:
    """A field's name as Go writes it: `Content-Type`."""
    return "-".join(part.capitalize() for part in name.split("-"))


def headers_of(response: Response) -> dict[str, str]:
    """The fields by their names as Go writes them."""
    return {canonical(name): value for name, value in response.headers.items()}


def cookies_of(response: Response) -> dict[str, Any]:
    """What the response sets, by name."""
    from loadr_core.cookies import parse_set_cookie  # noqa: PLC0415 - only scripts that read cookies

    head = getattr(response, "head", None)
    lines = head.values("set-cookie") if head is not None else ()
    cookies: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        cookie = parse_set_cookie(line)
        if cookie is not None:
            value, ends = cookie.value, cookie.expires
            if len(value) > 1 and value[0] == value[-1] == '"':
                value = value[1:-1]
            cookies.setdefault(cookie.name, []).append(
                {
                    "name": cookie.name,
                    "value": value,
                    "domain": cookie.domain or "",
                    "path": cookie.path or "",
                    "http_only": cookie.http_only,
                    "secure": cookie.secure,
                    "max_age": int(cookie.max_age or 0),
                    "expires": _NO_END if ends is None else int(ends * _MS),
                }
            )
    return cookies


def timings_of(response: Response) -> dict[str, float]:
    """The phases in milliseconds."""
    layout = getattr(response, "timings", None)
    if layout is not None:
        return {name: seconds * _MS for name, seconds in layout.items()}
    duration = response.duration * _MS
    return {**dict.fromkeys(_PHASES, 0.0), "waiting": duration, "duration": duration}


def tls_of(response: Response) -> dict[str, Any]:
    """The TLS of the connection; empty texts in the clear."""
    remote = getattr(response, "remote", None)
    version = getattr(remote, "tls_version", "")
    return {
        "tls_version": _TLS_VERSIONS.get(version, version),
        "tls_cipher_suite": getattr(remote, "tls_cipher", ""),
        "ocsp": _NO_STAPLE,
    }
