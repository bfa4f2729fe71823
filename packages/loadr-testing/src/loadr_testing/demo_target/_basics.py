"""Endpoints without state: text, JSON, echo, statuses, redirects, cookies."""

import json
from collections.abc import Iterable

from loadr_testing.demo_target._replies import Response, json_response
from loadr_testing.demo_target._routing import (
    ANY,
    RefusedVisit,
    Router,
    Visit,
    bounded_integer,
    header_value,
)

JSON_BYTES = 500
"""Size of the answer of ``/json``: the reference body of loadr's benchmarks."""


def add_basics(router: Router) -> None:
    """Register the endpoints of this module."""
    text = Response(b"This is the demo target of loadr.\n", content_type="text/plain")
    router.add("GET", "/", text, repeatable=True)
    router.add("GET", "/json", Response(_reference_json()), repeatable=True)
    router.add("GET", "/health", json_response({"status": "ok"}), repeatable=True)
    router.add(ANY, "/echo", _echo, repeatable=True)
    router.add(ANY, "/headers", _headers, repeatable=True)
    router.add("GET", "/user-agent", _user_agent, repeatable=True)
    router.add(ANY, "/status/{code}", _status, repeatable=True)
    router.add("GET", "/redirect/{n}", _redirect, repeatable=True)
    router.add("GET", "/redirect-to", _redirect_to, repeatable=True)
    router.add("GET", "/cookies", _cookies, repeatable=True)
    router.add("GET", "/cookies/set", _set_cookies, repeatable=True)


def request_cookies(visit: Visit) -> dict[str, str]:
    """The cookies that came with a request (RFC 6265, 4.2)."""
    pairs = (pair.partition("=") for pair in (visit.request.header("cookie") or "").split(";"))
    return {name.strip(): value.strip() for name, equals, value in pairs if equals}


def _reference_json() -> bytes:
    items = [{"id": number, "name": f"item {number}", "in_stock": number % 3 != 0} for number in range(1, 8)]
    value = {"service": "loadr demo target", "items": items, "filler": ""}
    value["filler"] = "x" * (JSON_BYTES - len(json.dumps(value)))
    return json.dumps(value).encode()


def _echo(visit: Visit) -> Response:
    request = visit.request
    return json_response(
        {
            "method": request.method,
            "path": request.path,
            "query": _grouped(visit.parameters()),
            "headers": _grouped(request.headers),
            "body": request.body.decode("utf-8", "replace"),
            "body_bytes": len(request.body),
        }
    )


def _headers(visit: Visit) -> Response:
    return json_response({"headers": _grouped(visit.request.headers)})


def _user_agent(visit: Visit) -> Response:
    return json_response({"user-agent": visit.request.header("user-agent")})


def _status(visit: Visit) -> Response:
    code = bounded_integer("code", visit.captured, 200, 599)
    return json_response({"status": code}, code)


def _redirect(visit: Visit) -> Response:
    left = bounded_integer("n", visit.captured, 1, 100) - 1
    return _found(f"/redirect/{left}" if left else "/json")


def _redirect_to(visit: Visit) -> Response:
    url = visit.parameter("url")
    if not url:
        raise RefusedVisit(400, "url is missing")
    status = visit.integer("status", default=302, low=301, high=308)
    if status not in {301, 302, 303, 307, 308}:
        raise RefusedVisit(400, f"{status} is no redirect")
    return _found(header_value(url), status)


def _cookies(visit: Visit) -> Response:
    return json_response({"cookies": request_cookies(visit)})


def _set_cookies(visit: Visit) -> Response:
    cookies = tuple(
        ("Set-Cookie", header_value(f"{name}={value}; Path=/"))
        for name, value in visit.parameters()
        if ";" not in name + value
    )
    if not cookies:
        raise RefusedVisit(400, "name the cookies as parameters, such as ?a=b")
    return Response(status=302, headers=(("Location", "/cookies"), *cookies))


def _found(location: str, status: int = 302) -> Response:
    return Response(status=status, headers=(("Location", location),))


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, str | list[str]]:
    """A repeated name gets the list of its values, as httpbin does it."""
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in grouped.items()}
