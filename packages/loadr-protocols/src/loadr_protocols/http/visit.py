"""What follows a response before the step has its outcome: the hops of a redirect, cookies, decoding.

the response asks   and the request           then
Set-Cookie          keeps cookies             the VU's jar takes them; go on
a digest            has credentials           a sample of its own, then the same request with an answer
a redirect          may follow one more       a sample of its own, then the next hop: from the top
a redirect          may not                   the request has failed
Content-Encoding    is read by somebody       it is decoded, or the request has failed
nothing             -                         the outcome

Every hop is a request of its own in `http_reqs`, as in k6, with its method, status and phases. The timeout
is one for all of them. A redirect that is followed, and a challenge that is answered, count as expected,
whatever `expected_statuses` says.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loadr_core.randomness import random_hex
from loadr_core.spi import Credentials, Sample, Scope
from loadr_protocols.http.cache import CachedResponse
from loadr_protocols.http.digest import DigestLogin, choose_challenge
from loadr_protocols.http.dispatch import Order, Outcome, dispatch
from loadr_protocols.http.errors import Detail, ErrorKind, UndecodableBody
from loadr_protocols.http.framing import KEEP, NONE
from loadr_protocols.http.head import (
    ASKS_COOKIES,
    ASKS_CREDENTIALS,
    ASKS_DECODING,
    ASKS_REDIRECT,
    Head,
)
from loadr_protocols.http.hops import Hops
from loadr_protocols.http.outgoing import Outgoing, with_cookies
from loadr_protocols.http.response import HttpResponse, VisitedResponse
from loadr_protocols.http.session import HttpSession
from loadr_protocols.http.tapping import exchange_of
from loadr_protocols.http.url import Origin, UrlError

if TYPE_CHECKING:
    from loadr_core.cookies import CookieJar


@dataclass(frozen=True, slots=True)
class Manner:
    """How a compiled request behaves; see `loadr_protocols.http.request.Features`."""

    method: str
    reading: int
    heeds: int
    max_redirects: int
    stops_at_limit: bool
    max_response_size: int
    closes: bool
    epoch: float
    now: Callable[[], float]
    credentials: Credentials | None = None
    hops: Hops = field(default_factory=Hops)

    @property
    def reads_body(self) -> bool:
        """Whether something reads the response's body."""
        return bool(self.heeds & ASKS_DECODING)


class Visit:
    """One use of a request from its first response to its outcome."""

    __slots__ = ("_deadline", "_further", "_home", "_jar", "_left", "_manner", "_scope", "_session")

    def __init__(self, manner: Manner, session: HttpSession, scope: Scope, deadline: float) -> None:
        """Begin.

        Args:
            manner: how the request behaves.
            session: the VU's connections.
            scope: the VU's state: its cookies, and what templates need.
            deadline: of all hops.
        """
        self._manner = manner
        self._session = session
        self._scope = scope
        self._jar: CookieJar = scope.cookies
        # Credentials go to the origin that the plan names, not to where it redirects.
        self._home: Origin | None = None
        self._deadline = deadline
        self._left = manner.max_redirects
        self._further: list[Sample] = []

    async def begin(self, request: Outgoing) -> VisitedResponse:
        """Send a request, and do what its response asks for.

        Raises:
            RenderError: a template of the credentials has no value.
        """
        self._home = request.origin
        return await self.go_on(request, await self._send(request))

    async def go_on(self, sent: Outgoing, response: Outcome) -> VisitedResponse:
        """Do what a response asks for, until one asks for nothing more.

        Args:
            sent: the request, without the jar's cookies.
            response: to it.
        """
        while isinstance(response, HttpResponse):
            asks = response.asks & self._manner.heeds
            if asks & ASKS_COOKIES:
                self._take_cookies(sent, response.head)
            if asks & ASKS_CREDENTIALS and self._may_answer(sent, response.head):
                self._further.append(_hop(sent, response))
                response = await self._send(sent)
                continue
            if not asks & ASKS_REDIRECT or (not self._left and self._manner.stops_at_limit):
                return self._outcome(sent, response, decodes=bool(asks & ASKS_DECODING))
            if not self._left:
                return self._failed(sent, response, f"more than {self._manner.max_redirects} redirects")
            location = response.head.values("location")[0]
            try:
                following = self._manner.hops.follow(sent, response.status, location)
            except UrlError as error:
                return self._failed(sent, response, f"redirected to {location!r}: {error}")
            self._left -= 1
            self._further.append(_hop(sent, response))
            sent = following
            response = await self._send(sent)
        return VisitedResponse(response, sent, self._manner.method, self._further)

    async def _send(self, request: Outgoing) -> Outcome:
        """One exchange, or what the VU's cache has instead."""
        cache = self._session.cache
        if cache is None:
            return await self._exchange(request)
        manner = self._manner
        entry = cache.find(request, reads_body=manner.reads_body)
        if entry is not None and manner.now() + manner.epoch < entry.until:
            return CachedResponse(entry, manner.now())
        asked = request
        for line in () if entry is None else entry.judged.conditions:
            asked = asked.with_field(line)
        response = await self._exchange(asked)
        if not isinstance(response, HttpResponse):
            return response
        now = manner.now()
        if entry is not None and response.status == 304:
            self._further.append(_hop(request, response))
            return CachedResponse(cache.renew(request, entry, response.head, now + manner.epoch), now)
        cache.take(request, response, now + manner.epoch, reads_body=manner.reads_body)
        return response

    async def _exchange(self, request: Outgoing) -> Outcome:
        manner = self._manner
        begun = manner.now()
        login = self._session.logins.get(request.origin) if request.origin == self._home else None
        if (
            login is not None
            and manner.credentials is not None
            and login.is_of(*self._rendered(manner.credentials))
            and not request.has(b"authorization")
        ):
            value = login.authorization(request.method, request.target, request.body)
            request = request.with_field(b"Authorization: " + value.encode())
        wire = manner.hops.wire(request)
        if manner.heeds & ASKS_COOKIES and self._jar.stored:
            origin = request.origin
            line = self._jar.line(origin.scheme, origin.host, request.path, begun + manner.epoch)
            if line:
                wire = with_cookies(wire, line, has_own=request.has(b"cookie"))
        reading = NONE if request.method == "HEAD" else KEEP if manner.reading == NONE else manner.reading
        order = Order(wire, request.method, reading, begun, self._deadline, manner.closes, request.pieces)
        outcome = await dispatch(self._session.pool(request.origin), order, manner.now)
        if self._session.tap is not None:
            self._session.tap(exchange_of(request, wire, outcome))
        return outcome

    def _may_answer(self, sent: Outgoing, head: Head) -> bool:
        """Take a challenge, unless it refuses the answer to the one before."""
        credentials = self._manner.credentials
        if credentials is None or sent.origin != self._home or sent.has(b"authorization"):
            return False
        challenge = choose_challenge(head.values("www-authenticate"))
        if challenge is None:
            return False
        username, password = self._rendered(credentials)
        known = self._session.logins.get(sent.origin)
        if known is not None and known.refused_by(challenge, username, password):
            return False
        self._session.logins[sent.origin] = DigestLogin(challenge, username, password, random_hex(16))
        return True

    def _rendered(self, credentials: Credentials) -> tuple[str, str]:
        return credentials.username.render(self._scope), credentials.password.render(self._scope)

    def _take_cookies(self, sent: Outgoing, head: Head) -> None:
        origin = sent.origin
        now = self._manner.now() + self._manner.epoch
        self._jar.receive(origin.scheme, origin.host, sent.path, head.values("set-cookie"), now)

    def _outcome(self, sent: Outgoing, response: HttpResponse, *, decodes: bool) -> VisitedResponse:
        if decodes:
            try:
                response.decode(self._manner.max_response_size)
            except UndecodableBody as error:
                return self._failed(sent, response, str(error), "undecodable")
        return VisitedResponse(response, sent, self._manner.method, self._further)

    def _failed(
        self, sent: Outgoing, response: HttpResponse, reason: str, detail: Detail = ""
    ) -> VisitedResponse:
        outcome = VisitedResponse(response, sent, self._manner.method, self._further)
        outcome.error_kind = ErrorKind.PROTOCOL.value
        outcome.detail = detail
        outcome.error = f"{sent.origin.authority}: {reason}"
        return outcome


def _hop(sent: Outgoing, response: HttpResponse) -> Sample:
    """The sample of an exchange that others follow."""
    return Sample(
        response.row, response.status, response.proto, sent.method, expected=True, layout=response.layout
    )
