"""One target: its endpoints, its memory, its counts."""

from loadr_testing.demo_target._basics import add_basics
from loadr_testing.demo_target._bodies import add_bodies
from loadr_testing.demo_target._browsing import add_browsing
from loadr_testing.demo_target._delays import add_delays
from loadr_testing.demo_target._delivery import render
from loadr_testing.demo_target._documents import add_documents
from loadr_testing.demo_target._events import add_events
from loadr_testing.demo_target._faults import add_faults
from loadr_testing.demo_target._graphql import GraphqlEndpoint
from loadr_testing.demo_target._grpc import GrpcPort
from loadr_testing.demo_target._replies import Response, json_response
from loadr_testing.demo_target._request import Request
from loadr_testing.demo_target._routing import Answer, Router
from loadr_testing.demo_target._sessions import Sessions
from loadr_testing.demo_target._shop import Shop

_KNOWN_KEPT = 1024
_KNOWN_REQUEST_BYTES = 4096
_KNOWN_ANSWER_BYTES = 16_384


class DemoApplication:
    """What all connections of one target share.

    Attributes:
        requests: Requests answered so far.
        connections: Connections accepted so far.
        known: Answers by the exact bytes of their request. At 50 connections parsing costs half of
            the time of a request; a load generator sends the same bytes again and again.
    """

    def __init__(self) -> None:
        self.requests = 0
        self.connections = 0
        self.known: dict[bytes, bytes] = {}
        self.grpc = GrpcPort()
        self._router = Router()
        add_basics(self._router)
        add_bodies(self._router)
        add_browsing(self._router)
        add_delays(self._router)
        add_documents(self._router)
        add_events(self._router)
        add_faults(self._router)
        Shop(Sessions()).add_to(self._router)
        GraphqlEndpoint().add_to(self._router)
        self._router.add("GET", "/stats", lambda _: self._stats())

    def __repr__(self) -> str:
        return f"<DemoApplication {self.requests} requests, {self.connections} connections>"

    def answer(self, request: Request) -> Answer:
        """Decide what a request gets, and count it."""
        self.requests += 1
        return self._router.answer(request)

    def remember(self, received: bytes, request: Request, answer: Answer) -> None:
        """Keep an answer for the next time the same bytes come, if that changes nothing.

        Args:
            received: All bytes of the request and nothing else.
            request: What they mean.
            answer: What it got.
        """
        reply = answer.reply
        if not (answer.repeatable and request.keep_alive and isinstance(reply, Response) and not reply.delay):
            return
        rendered = render(reply, request)
        if len(received) > _KNOWN_REQUEST_BYTES or len(rendered) > _KNOWN_ANSWER_BYTES:
            return
        if len(self.known) >= _KNOWN_KEPT:
            # Requests that differ each time have filled it. Hot ones are back after one parsing.
            self.known.clear()
        self.known[received] = rendered

    def _stats(self) -> Response:
        return json_response({"requests": self.requests, "connections": self.connections})
