"""From a request to the endpoint that answers it.

A template is an exact path, or a path whose last segment is ``{…}`` and captures one segment.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, unquote

from loadr_testing.demo_target._replies import Reply, Response, error_response
from loadr_testing.demo_target._request import Request

ANY = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class RefusedVisit(Exception):
    """Raised by an endpoint to answer with an error.

    Args:
        status: 400 to 599.
        message: For the person who sent the request.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True)
class Visit:
    """A request at its endpoint.

    Args:
        request: What was sent.
        captured: What stood in the place of the template's last segment, decoded.
    """

    request: Request
    captured: str = ""

    def parameters(self) -> list[tuple[str, str]]:
        """The query's parameters, decoded, in order."""
        return parse_qsl(self.request.query, keep_blank_values=True)

    def parameter(self, name: str) -> str | None:
        """The last query parameter of a name."""
        return dict(self.parameters()).get(name)

    def integer(self, name: str, *, default: int, low: int, high: int) -> int:
        """Read a whole number from the query.

        Raises:
            RefusedVisit: If it is no number, or outside `low` to `high`.
        """
        text = self.parameter(name)
        return default if text is None else bounded_integer(name, text, low, high)

    def number(self, name: str, *, default: float, low: float, high: float) -> float:
        """Read a number from the query.

        Raises:
            RefusedVisit: If it is no number, or outside `low` to `high`.
        """
        text = self.parameter(name)
        if text is None:
            return default
        try:
            value = float(text)
        except ValueError:
            raise RefusedVisit(400, f"{name} must be a number, not {text!r}") from None
        if not low <= value <= high:
            raise RefusedVisit(400, f"{name} must be between {low:g} and {high:g}")
        return value

    def fields(self) -> dict[str, Any]:
        """Read the body's fields, from JSON or from a form.

        Raises:
            RefusedVisit: If the body is neither.
        """
        body = self.request.body
        if "json" not in (self.request.header("content-type") or ""):
            return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        try:
            value = json.loads(body)
        except ValueError as error:
            raise RefusedVisit(400, f"the body is no JSON: {error}") from None
        if not isinstance(value, dict):
            raise RefusedVisit(400, "the body must be a JSON object")
        return value


Endpoint: TypeAlias = Callable[[Visit], Reply]


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, and whether the same bytes may get it again without asking the endpoint."""

    reply: Reply
    repeatable: bool = False


@dataclass(frozen=True, slots=True)
class _Route:
    endpoint: Endpoint | Response
    repeatable: bool


class Router:
    """All endpoints by path and method."""

    def __init__(self) -> None:
        self._exact: dict[str, dict[str, _Route]] = {}
        self._captured: dict[str, dict[str, _Route]] = {}

    def __repr__(self) -> str:
        return f"<Router {len(self._exact) + len(self._captured)} paths>"

    def add(
        self,
        methods: str | tuple[str, ...],
        template: str,
        endpoint: Endpoint | Response,
        *,
        repeatable: bool = False,
    ) -> None:
        """Register an endpoint.

        Args:
            methods: One or several; HEAD comes with GET.
            template: ``/path`` or ``/path/{captured}``.
            endpoint: What answers, or the one answer.
            repeatable: Whether it has no effect and always answers the same bytes alike.
        """
        prefix, brace, _ = template.partition("{")
        table = self._captured if brace else self._exact
        routes = table.setdefault(prefix, {})
        for method in (methods,) if isinstance(methods, str) else methods:
            routes[method] = _Route(endpoint, repeatable)
            if method == "GET":
                routes["HEAD"] = routes[method]

    def answer(self, request: Request) -> Answer:
        """Find the endpoint and ask it; every failure becomes an answer too."""
        path, captured = request.path, ""
        routes = self._exact.get(path)
        if routes is None:
            cut = path.rfind("/") + 1
            captured = unquote(path[cut:])
            routes = self._captured.get(path[:cut]) if captured else None
        if routes is None:
            return Answer(error_response(404, f"there is no {path}"))
        route = routes.get(request.method)
        if route is None:
            allowed = ", ".join(sorted(routes))
            return Answer(error_response(405, f"{path} takes {allowed}", (("Allow", allowed),)))
        if isinstance(route.endpoint, Response):
            return Answer(route.endpoint, route.repeatable)
        try:
            return Answer(route.endpoint(Visit(request, captured)), route.repeatable)
        except RefusedVisit as refused:
            return Answer(error_response(refused.status, refused.message))


def bounded_integer(name: str, text: str, low: int, high: int) -> int:
    """Read a whole number.

    Raises:
        RefusedVisit: If it is no number, or outside `low` to `high`.
    """
    # Nobody means a number of a hundred digits; int() would take its time.
    value = int(text) if text.isdecimal() and len(text) <= 18 else None
    if value is None or not low <= value <= high:
        raise RefusedVisit(400, f"{name} must be a whole number from {low} to {high}, not {text[:40]!r}")
    return value


def header_value(text: str) -> str:
    """Accept a visitor's text as a header value.

    Raises:
        RefusedVisit: If it could end the header and begin another one.
    """
    if not text.isascii() or not text.isprintable():
        raise RefusedVisit(400, "only printable ASCII can go into a header")
    return text
