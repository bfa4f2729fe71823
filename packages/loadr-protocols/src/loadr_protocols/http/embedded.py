"""Loading a page's resources as a browser does: `embedded` of the plan.

Each resource is a request of its own, named by its URL without the query, and expected to answer with 200
to 399. What becomes of it does not change the page's outcome, nor the page's time.
"""

import asyncio
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from loadr_core.spi import Sample, Scope
from loadr_protocols.http.framing import COUNT
from loadr_protocols.http.head import ASKS_COOKIES, ASKS_REDIRECT
from loadr_protocols.http.outgoing import Outgoing
from loadr_protocols.http.page import Element, resources
from loadr_protocols.http.redirects import Redirection, leaves_behind
from loadr_protocols.http.response import VisitedResponse
from loadr_protocols.http.session import HttpSession
from loadr_protocols.http.url import UrlError, split_url
from loadr_protocols.http.visit import Manner, Visit

_HTML: Final = ("text/html", "application/xhtml+xml")


class PageLoader:
    """Loads the resources of a request's pages.

    Args:
        manner: of the page's request.
        parse: the elements of HTML.
        concurrency: how many are loaded at once.
        allow: what must be found in a URL; `None` for all.
        timeout: seconds for each.
    """

    __slots__ = ("_allow", "_concurrency", "_manner", "_parse", "_timeout")

    def __init__(
        self,
        manner: Manner,
        parse: Callable[[bytes], Iterable[Element]],
        *,
        concurrency: int,
        allow: str | None,
        timeout: float,
    ) -> None:
        heeds = (manner.heeds & ASKS_COOKIES) | ASKS_REDIRECT
        self._manner = replace(manner, method="GET", reading=COUNT, heeds=heeds, credentials=None)
        self._parse = parse
        self._concurrency = concurrency
        self._allow = None if allow is None else re.compile(allow)
        self._timeout = timeout

    async def load(self, page: VisitedResponse, session: HttpSession, scope: Scope) -> None:
        """Load what a page needs; the samples become part of the page's."""
        if page.error_kind is not None or not page.headers.get("content-type", "").lower().startswith(_HTML):
            return
        found = [
            url
            for url in resources(self._parse(page.body), page.sent.url)
            if self._allow is None or self._allow.search(url)
        ]
        turns = asyncio.Semaphore(self._concurrency)
        async with asyncio.TaskGroup() as group:
            loading = [group.create_task(self._load_one(url, page, session, scope, turns)) for url in found]
        for task in loading:
            page.further.extend(task.result())

    async def _load_one(
        self, url: str, page: VisitedResponse, session: HttpSession, scope: Scope, turns: asyncio.Semaphore
    ) -> list[Sample]:
        name = url.partition("?")[0]
        try:
            request = _request_for(url, page.sent)
        except UrlError:
            return []  # not a browser's business either: nothing is requested
        async with turns:
            visit = Visit(self._manner, session, scope, self._manner.now() + self._timeout)
            got = await visit.begin(request)
        own = Sample(
            got.row,
            got.status,
            got.proto,
            got.method or "GET",
            got.error_kind,
            got.error,
            expected=got.error_kind is None and 200 <= got.status < 400,
            layout=got.layout,
        )
        return [replace(sample, name=name) for sample in (*got.further, own)]


def _request_for(url: str, page: Outgoing) -> Outgoing:
    """A GET with what the page's request said about the user, and where it comes from. Raises `UrlError`."""
    to = split_url(url)
    request = page.redirected(Redirection(to, "GET", False, leaves_behind(page.origin, to.origin)))
    # Fetch, "strict-origin-when-cross-origin"; nothing where TLS would be left.
    if page.origin.scheme == "https" and to.origin.scheme == "http":
        return request
    referrer = page.url if to.origin == page.origin else f"{page.origin.scheme}://{page.origin.authority}/"
    return request.with_field(f"Referer: {referrer}".encode("ascii"))
