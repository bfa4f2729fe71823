"""Parsing that the host's libraries do better: URLs, UTF-8, durations."""

from typing import Any, Final
from urllib.parse import quote, urljoin, urlsplit

from loadr_config.durations import parse_duration
from loadr_config.errors import DurationError
from loadr_js.runtime.outcomes import HostError

_DEFAULT_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}
_PATH_SAFE: Final = "/%:@!$&'()*+,;=~-._"


def url_parse(url: str, base: str | None) -> dict[str, Any] | None:
    """The parts of a URL as the URL standard names them; `None` when it is none."""
    try:
        parts = urlsplit((url if base is None else urljoin(base, url)).strip())
        port = parts.port
    except ValueError:
        return None
    if not parts.scheme or (parts.scheme in _DEFAULT_PORTS and not parts.hostname):
        return None
    shown = "" if port is None or _DEFAULT_PORTS.get(parts.scheme) == port else str(port)
    hostname = parts.hostname or ""
    return {
        "protocol": f"{parts.scheme}:",
        "username": parts.username or "",
        "password": parts.password or "",
        "hostname": f"[{hostname}]" if ":" in hostname else hostname,
        "port": shown,
        "pathname": quote(parts.path or "/", safe=_PATH_SAFE),
        "search": f"?{quote(parts.query, safe=_PATH_SAFE + '?')}" if parts.query else "",
        "hash": f"#{parts.fragment}" if parts.fragment else "",
    }


def utf8_decode(data: bytes, *, fatal: bool) -> str:
    """Text of bytes; what is no UTF-8 becomes U+FFFD unless that is fatal.

    Raises:
        HostError: it is fatal.
    """
    try:
        return data.decode("utf-8", "strict" if fatal else "replace")
    except UnicodeDecodeError as error:
        raise HostError("The encoded data was not valid UTF-8", name="TypeError") from error


def duration_ms(text: str) -> float:
    """Milliseconds of a duration as k6 writes it: `1m30s`; a bare number is milliseconds there.

    Raises:
        HostError: it is none.
    """
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return parse_duration(text) * 1000.0
    except DurationError as error:
        raise HostError(str(error)) from error
