"""From the arguments of `loadr quick` to a plan. Pure."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final
from urllib.parse import urlsplit

from loadr_config.durations import format_duration
from loadr_config.urls import without_user

SCENARIO: Final = "quick"

DEFAULT_CONNECTIONS: Final = 50
DEFAULT_SECONDS: Final = 10.0

_SCHEMES: Final = ("http", "https")
_LONGEST_SECONDS: Final = 86_400.0
"""Bounds a run that only says how many requests it sends."""

_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)  # RFC 3986, 3.1
_HALF_A_SCHEME: Final = re.compile(
    r"(https?)(?::/?|/+)(?!\d+(?:[/?#]|$))", re.IGNORECASE
)  # no host `http:80`
_TLS_PORTS: Final = (":443", ":8443")
_LOCAL: Final = re.compile(r"localhost|\[.*\]|\d+\.\d+\.\d+\.\d+|[^.]+")


@dataclass(frozen=True, slots=True)
class QuickRequest:
    """What `loadr quick` was asked for.

    Attributes:
        url: with its scheme.
        connections: VUs, each with a connection of its own.
        duration: seconds.
        requests: how many in all; with a duration, whichever ends first.
        rate: requests per second, whatever the target does; as fast as it answers when it is `None`.
        headers: names and values.
        method: `None` leaves it to the body: GET, or POST with one.
        body: a text.
        body_file: a file whose content is the body, as it is.
        http2: HTTP/2 alone; over `http://` without asking first.
        timeout: seconds that a request may last.
        insecure: whether any certificate is accepted.
    """

    url: str
    connections: int = DEFAULT_CONNECTIONS
    duration: float | None = None
    requests: int | None = None
    rate: float | None = None
    headers: tuple[tuple[str, str], ...] = ()
    method: str | None = None
    body: str | None = None
    body_file: str | None = None
    http2: bool = False
    timeout: float | None = None
    insecure: bool = False


def quick_document(asked: QuickRequest) -> dict[str, Any]:
    """The plan, as a person would write it."""
    http = _http(asked)
    scenario = {**_schedule(asked), **_grace(asked), "flow": [{"request": _request(asked)}]}
    return {
        "name": _name(asked),
        "defaults": {"http": http},
        "scenarios": {SCENARIO: scenario},
    }


def _name(asked: QuickRequest) -> str:
    method = asked.method or ("POST" if _has_body(asked) else "GET")
    # A name is taken as it is: what looks like a template there would only be warned of.
    return f"{method} {without_user(asked.url)}".replace("${", "{")


def _has_body(asked: QuickRequest) -> bool:
    return asked.body is not None or asked.body_file is not None


def _http(asked: QuickRequest) -> dict[str, Any]:
    http: dict[str, Any] = {"discard_response_bodies": True}
    if asked.http2:
        is_tls = asked.url.lower().startswith("https:")
        http["version"] = "http2" if is_tls else "http2-prior-knowledge"
    if asked.timeout is not None:
        http["timeout"] = format_duration(asked.timeout)
    if asked.insecure:
        http["tls"] = {"insecure_skip_verify": True}
    return http


def _schedule(asked: QuickRequest) -> dict[str, Any]:
    if asked.rate is not None:
        return {
            "executor": "constant-arrival-rate",
            "rate": _number(asked.rate),
            "duration": format_duration(_seconds_at(asked.rate, asked)),
            "pre_allocated_vus": asked.connections,
            "max_vus": asked.connections,
            # A request that finds no connection free is sent late, not left out: the corrected latency
            # tells how late.
            "when_busy": "wait",
        }
    if asked.requests is not None:
        return {
            "executor": "shared-iterations",
            "vus": min(asked.connections, asked.requests),
            "iterations": asked.requests,
            "max_duration": format_duration(asked.duration or _LONGEST_SECONDS),
        }
    return {
        "executor": "constant-vus",
        "vus": asked.connections,
        "duration": format_duration(asked.duration or DEFAULT_SECONDS),
    }


def _seconds_at(rate: float, asked: QuickRequest) -> float:
    """How long a rate is held; so many requests take so long at it."""
    if asked.requests is None:
        return asked.duration or DEFAULT_SECONDS
    needed = asked.requests / rate
    return needed if asked.duration is None else min(needed, asked.duration)


def _grace(asked: QuickRequest) -> dict[str, Any]:
    """At the end a request may take as long as at any other time."""
    return {} if asked.timeout is None else {"graceful_stop": format_duration(asked.timeout)}


def _request(asked: QuickRequest) -> dict[str, Any]:
    request: dict[str, Any] = {"url": asked.url}
    if asked.method is not None:
        request["method"] = asked.method
    if asked.headers:
        request["headers"] = dict(asked.headers)
    if asked.body is not None:
        request["body"] = asked.body
    elif asked.body_file is not None:
        request["body"] = {"file": asked.body_file}
    return request


def _number(value: float) -> float | int:
    return int(value) if value == int(value) else value


def url_problem(url: str) -> tuple[str, str] | None:
    """What is wrong with a URL, and what to do about it; `None` when nothing is."""
    said = _SCHEME.match(url)
    if said is None:
        return f"{url!r} has no scheme", f"did you mean {_with_scheme(url)}?"
    scheme, rest = said[1], url[said.end() :]
    if scheme.lower() not in _SCHEMES:
        near = get_close_matches(scheme.lower(), _SCHEMES, n=1)
        hint = (
            f"did you mean {near[0]}://{rest}?" if near else "a plan speaks other protocols: loadr run PLAN"
        )
        return f"{url!r} is neither http:// nor https://", hint
    try:
        host = urlsplit(url).hostname
    except ValueError as error:
        return f"{url!r} is no URL: {error}", "such as http://127.0.0.1:8080/path"
    if not host:
        return f"{url!r} has no host", "such as http://127.0.0.1:8080/path"
    return None


def _with_scheme(url: str) -> str:
    """The URL with the scheme that its host most likely speaks."""
    said = _HALF_A_SCHEME.match(url)
    bare = url.lstrip("/") if said is None else url[said.end() :]
    if said is not None:
        return f"{said[1].lower()}://{bare}"
    authority = re.split(r"[/?#]", bare, maxsplit=1)[0]
    host = authority if authority.startswith("[") else authority.partition(":")[0]
    is_local = _LOCAL.fullmatch(host) or ":" in authority
    return f"{'http' if is_local and not authority.endswith(_TLS_PORTS) else 'https'}://{bare}"


def split_header(text: str) -> tuple[str, str] | None:
    """Name and value of `Name: value`; `None` where it is none."""
    name, colon, value = text.partition(":")
    return (name.strip(), value.strip()) if colon and name.strip() else None
