"""A VU's cache, as a browser's: `cache` of the plan.

request                                   then
GET, kept and fresh                       answered from the cache: no round trip, no bytes, no `http_reqs`
GET, kept and stale                       asked with the kept validators; 304: answered from the cache
GET with conditions, a range, or          not looked up, not kept
Cache-Control of its own
POST, PUT, PATCH, DELETE with success     what is kept of the URL is forgotten (RFC 9111, section 4.4)

A hit counts in `http_cache_hits`; the 304 before it is a request of its own in `http_reqs`.
"""

from dataclasses import dataclass
from typing import Final

from loadr_core.spi import CounterColumn, RowLayout
from loadr_protocols.http.freshness import Freshness, freshness
from loadr_protocols.http.head import ASKS_COOKIES, Head
from loadr_protocols.http.outgoing import Outgoing
from loadr_protocols.http.response import HttpResponse, Remote

MOST_ENTRIES: Final = 2_000
"""Responses that a VU keeps."""

MOST_BYTES: Final = 16_000_000
"""Bytes of bodies that a VU keeps; only bodies that something reads are kept at all."""

CACHE_LAYOUT: Final = RowLayout(
    name="http_cache",
    columns=("at",),
    at="at",
    counters=(CounterColumn("http_cache_hits"),),
    failures=("http_req_failed",),
)

_BYPASS: Final = (b"cache-control", b"pragma", b"range", b"if-none-match", b"if-modified-since")
_UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A kept response.

    Attributes:
        head: of the response.
        body: as received, or `None` where nothing read it.
        judged: how it may be used.
        until: seconds since the epoch.
        variant: what the request said in the fields of Vary.
        remote: where it came from.
    """

    head: Head
    body: bytes | None
    judged: Freshness
    until: float
    variant: tuple[bytes | None, ...]
    remote: Remote | None

    @property
    def size(self) -> int:
        """Bytes of the body."""
        return 0 if self.body is None else len(self.body)


class CachedResponse(HttpResponse):
    """A response from the cache. Its `proto` tells it from those of a server."""

    __slots__ = ()

    layout = CACHE_LAYOUT

    def __init__(self, entry: Entry, now: float) -> None:
        super().__init__(entry.head, entry.body or b"", (now,), entry.remote)
        self.proto = "cache"
        self.asks &= ~ASKS_COOKIES  # they were taken when it came

    @property
    def duration(self) -> float:
        """No time."""
        return 0.0


class HttpCache:
    """The kept responses of one VU, by URL."""

    __slots__ = ("_bytes", "_entries")

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._bytes = 0

    def find(self, request: Outgoing, *, reads_body: bool) -> Entry | None:
        """What is kept for a request, fresh or stale."""
        if request.method != "GET" or any(request.has(name) for name in _BYPASS):
            return None
        entry = self._entries.get(request.url)
        if entry is None or (reads_body and entry.body is None):
            return None
        return entry if entry.variant == _variant(request, entry.judged.vary) else None

    def take(self, request: Outgoing, response: HttpResponse, now: float, *, reads_body: bool) -> None:
        """Keep a response, or forget what it makes wrong.

        Args:
            request: what was asked, without conditions of the cache.
            response: to it.
            now: seconds since the epoch.
            reads_body: whether something reads the body: else only the rest is kept.
        """
        if request.method in _UNSAFE and response.status < 400:
            self._forget(request.url)
        if request.method != "GET" or any(request.has(name) for name in _BYPASS):
            return
        judged = freshness(response.status, response.headers, now)
        if judged is None:
            self._forget(request.url)
            return
        body = response.body if reads_body else None
        self._keep(
            request.url,
            Entry(
                response.head,
                body,
                judged,
                now + judged.seconds,
                _variant(request, judged.vary),
                response.remote,
            ),
        )

    def renew(self, request: Outgoing, entry: Entry, head: Head, now: float) -> Entry:
        """Use a 304: the kept response holds, for as long as the 304 says (RFC 9111, section 4.3.4)."""
        judged = freshness(entry.head.status, {**entry.head.headers, **head.headers}, now) or entry.judged
        renewed = Entry(entry.head, entry.body, judged, now + judged.seconds, entry.variant, entry.remote)
        self._keep(request.url, renewed)
        return renewed

    def _keep(self, url: str, entry: Entry) -> None:
        self._forget(url)
        if entry.size > MOST_BYTES:
            return
        self._entries[url] = entry
        self._bytes += entry.size
        while len(self._entries) > MOST_ENTRIES or self._bytes > MOST_BYTES:
            self._forget(next(iter(self._entries)))

    def _forget(self, url: str) -> None:
        entry = self._entries.pop(url, None)
        if entry is not None:
            self._bytes -= entry.size

    def __repr__(self) -> str:
        return f"<HttpCache {len(self._entries)} responses, {self._bytes} bytes>"


def _variant(request: Outgoing, names: tuple[str, ...]) -> tuple[bytes | None, ...]:
    return tuple(request.value(name.encode("latin-1")) for name in names)
