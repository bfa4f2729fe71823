"""`k6/http`: requests over the plan's own client; responses stay here and cross when they are read."""

import asyncio
import logging
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from urllib.parse import unquote, urlsplit

from loadr_core.spi import SCRIPT_LOG, CompileError, Response, ScriptHost, ScriptRequest
from loadr_js.hosts.bodies import body_of
from loadr_js.hosts.compression import compressed
from loadr_js.hosts.cookies import CookieHost
from loadr_js.hosts.flow import FlowHost
from loadr_js.hosts.mistakes import MistakenResponse
from loadr_js.hosts.responses import (
    answer_as_k6,
    answer_of,
    canonical,
    cookies_of,
    failure_of,
    headers_of,
    sent_url,
    status_text,
    timings_of,
    tls_of,
)
from loadr_js.options import ScriptSettings
from loadr_js.runtime import wait_for
from loadr_js.runtime.context import DirectFunction, HostFunction, ScriptContext
from loadr_js.runtime.crossing import dumps
from loadr_js.runtime.outcomes import HostError

_LOG: Final = logging.getLogger(SCRIPT_LOG)
_MS: Final = 1000.0
_ORDINARY: Final = ((200, 399),)
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_TEXT: Final = "text"
_NONE: Final = "none"

# Of URLs that the script knows by a number, and of kinds of answers to them. Both numbers of an answer fit
# into 31 bits, beyond which the engine's wrapper cuts integers.
_MOST_PLAIN: Final = 1_000
_NUMBER_BITS: Final = 20
_MOST_PACKED: Final = 1 << _NUMBER_BITS

_Cookies = Iterable[tuple[str, str, bool]]
"""Name, value, and whether it replaces the jar's."""


class _Held(NamedTuple):
    """A response that the script may ask about, with what it sent."""

    response: Response
    request: ScriptRequest
    cookies: _Cookies = ()


class HttpHost:
    """The requests of one VU's script.

    Args:
        host: sends and records.
        flow: knows group and tags.
        settings: whether failed requests throw, how many run at once in a batch.
        cookies: the jars of the VU.
        as_script: whether failures are told in k6's words.
    """

    def __init__(
        self,
        host: ScriptHost,
        flow: FlowHost,
        settings: ScriptSettings,
        cookies: CookieHost,
        *,
        as_script: bool = False,
    ) -> None:
        self._jars = cookies
        self._host = host
        self._flow = flow
        self._batch = settings.batch
        self._batch_per_host = settings.batch_per_host
        self._throws = settings.throws
        self._content = _NONE if settings.discards_bodies else _TEXT
        self._as_script = as_script
        self._answer = answer_as_k6 if as_script else answer_of
        self._plain: dict[tuple[str, str], ScriptRequest] = {}
        self._urls: list[str] = []
        self._kinds: dict[tuple[Any, ...], int] = {}
        self._told: list[list[Any]] = []
        self._responses: list[_Held] = []
        self.context: ScriptContext | None = None

    def functions(self) -> dict[str, HostFunction]:
        """The host functions."""

        def about(told: Callable[[Response], Any]) -> HostFunction:
            return lambda number: told(self._responses[number].response)

        return {
            "get": self._first_get,
            "remote": about(lambda response: (getattr(response, "remote", None) or ("", 0))[:2]),
            "status_text": about(status_text),
            "http": self._http,
            "kind": lambda number: self._told[number],
            "http_start": self._start,
            "batch": lambda requests: wait_for(self._send_all(requests)),
            "mistaken": self._mistaken,
            "body": self._body,
            "body_bytes": self._body_bytes,
            "response_headers": about(headers_of),
            "response_cookies": about(cookies_of),
            "response_timings": about(timings_of),
            "response_tls": about(tls_of),
            "response_request": self._request_of,
        }

    def direct(self) -> dict[str, DirectFunction]:
        """The host functions of the hot path."""
        return {
            "get": lambda number: self._get(self._urls[int(number)]),
            "body": lambda number: self._body(int(number)),
        }

    def begin(self) -> None:
        """A call begins: responses of the last one are gone."""
        self._responses.clear()

    @contextmanager
    def lending(self, values: Iterable[Any]) -> Iterator[list[Any]]:
        """Values as they cross to the script, responses of the plan's own among them; for one evaluation."""
        held = len(self._responses)
        yield [self._lent(value) if isinstance(value, Response) else value for value in values]
        del self._responses[held:]

    def _lent(self, response: Response) -> list[Any]:
        request = ScriptRequest(url="")
        return answer_of(response, request, self.hold(response, request))

    def hold(self, response: Response, request: ScriptRequest, cookies: _Cookies = ()) -> int:
        """Hold a response for the script until the next call begins; its number."""
        self._responses.append(_Held(response, request, cookies))
        return len(self._responses) - 1

    def _first_get(self, url: str) -> list[Any]:
        """A `GET` of nothing but a URL, the first time; the script gets a number for the next times."""
        answer: list[Any] = wait_for(self._send("GET", url))
        if len(self._urls) < _MOST_PLAIN:
            self._urls.append(url)
            answer.append(len(self._urls) - 1)
        return answer

    def _get(self, url: str) -> int | str:
        """The commonest request, again.

        Returns:
            The number of its kind of answer and its own, in one; or the whole answer as JSON, with the number
            of its kind where it has one.
        """
        answer = self._answered(self._plain_request(url), url)
        return answer if isinstance(answer, int) else dumps(answer)

    def _http(
        self,
        method: str,
        url: str,
        body: Any,
        headers: dict[str, str] | None,
        tags: dict[str, str] | None,
        rest: Mapping[str, Any] | None,
    ) -> int | list[Any]:
        """Any request, given as `_request` takes it; returns as `_answered`."""
        rest = rest or _NOTHING
        return self._answered(self._request(method, url, body, headers, tags, rest), url, rest)

    def _answered(
        self, request: ScriptRequest, url: str, rest: Mapping[str, Any] = _NOTHING
    ) -> int | list[Any]:
        """Send a request that the script waits for; what crosses of its response.

        Args:
            request: the request.
            url: what the script has said.
            rest: what only few requests say.

        Returns:
            The number of its kind of answer and its own, in one, where it is from the URL that the script has
            said; else the whole answer, with the number of its kind where it has one.
        """
        try:
            response = wait_for(self._host.request(request))
        except CompileError as error:
            return self._refused(request, error, rest)
        number = self._keep(response, request, rest)
        content = rest.get("response_type", self._content)
        final = sent_url(response) or request.url
        if final != url or number >= _MOST_PACKED:
            return self._answer(response, request, number, content)
        shape = (content, response.status, response.proto, response.error_kind, response.error)
        kind = self._kinds.get(shape)
        if kind is not None:
            return kind << _NUMBER_BITS | number
        answer = self._answer(response, request, number, content)
        if len(self._kinds) < _MOST_PLAIN:
            self._kinds[shape] = len(self._kinds)
            answer.append(self._kinds[shape])
            self._told.append(answer)
        return answer

    def _plain_request(self, url: str) -> ScriptRequest:
        """A `GET` of nothing but a URL; the same object for the same place, which those below recognise."""
        if self._flow.tags:  # the script has set tags for everything that follows
            return self._request("GET", url)
        key = (url, self._flow.group)
        request = self._plain.get(key)
        if request is None:
            if len(self._plain) >= _MOST_PLAIN:
                self._plain.clear()
            request = self._plain[key] = self._request("GET", url)
        return request

    async def _send(
        self,
        method: str,
        url: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        tags: dict[str, str] | None = None,
        rest: Mapping[str, Any] | None = None,
    ) -> list[Any]:
        """Send a request, given as `_request` takes it; what crosses of its response."""
        rest = rest or _NOTHING
        request = self._request(method, url, body, headers, tags, rest)
        try:
            response = await self._host.request(request)
        except CompileError as error:
            return self._refused(request, error, rest)
        number = self._keep(response, request, rest)
        return self._answer(response, request, number, rest.get("response_type", self._content))

    def _keep(self, response: Response, request: ScriptRequest, rest: Mapping[str, Any]) -> int:
        """Hold a response; its number. Whether a failed one throws may be the request's own."""
        if response.error_kind is not None and rest.get("throws", self._throws):
            code, text = failure_of(response)
            raise HostError(response.error or text, name="HttpError", code=code)
        return self.hold(response, request, rest.get("cookies", ()))

    def _refused(self, request: ScriptRequest, error: CompileError, rest: Mapping[str, Any]) -> list[Any]:
        """A request that asks for what cannot be done."""
        message = f"{request.method} {request.url}: {error.message}"
        return self._mistaken(request.url, message, throws=rest.get("throws", self._throws))

    def _mistaken(self, url: str, message: str, *, throws: bool | None = None) -> list[Any]:
        """The answer to a request that is none: as in k6 a response without a status, unless it is to throw.

        Raises:
            HostError: it is to throw, or the script is a plan's.
        """
        if not self._as_script or (self._throws if throws is None else throws):
            raise HostError(message, name="TypeError")
        _LOG.warning("Request Failed: %s", message)
        request = ScriptRequest(url=url)
        response = MistakenResponse(message)
        return self._answer(response, request, self.hold(response, request))

    def _start(self, *sent: Any) -> int:
        assert self.context is not None
        return self.context.events.start(self._send(*sent))

    async def _send_all(self, requests: list[list[Any]]) -> list[list[Any]]:
        turns = asyncio.Semaphore(self._batch)
        of_hosts: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(self._batch_per_host))

        async def one(sent: list[Any]) -> list[Any]:
            # The host's turn first: who waits for it must not keep others from their hosts.
            async with of_hosts[urlsplit(sent[1]).netloc.rpartition("@")[2]], turns:
                return await self._send(*sent)

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(sent)) for sent in requests]
        return [task.result() for task in tasks]

    def _request(
        self,
        method: str,
        url: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        tags: dict[str, str] | None = None,
        rest: Mapping[str, Any] = _NOTHING,
    ) -> ScriptRequest:
        """A request as it crosses, see `described` in k6.http.js."""
        sample_tags = self._flow.sample_tags(tags)
        name = sample_tags.pop("name", None)
        content, content_type = body_of(body)
        headers = {canonical(name): value for name, value in headers.items()} if headers else {}
        credentials = None
        if "@" in url:
            url, user, password = _without_credentials(url)
            if rest.get("auth") == "digest":
                credentials = (user, password)
            elif user and "Authorization" not in headers:
                headers["Authorization"] = f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"
        jar = rest.get("jar") or 0
        if cookies := rest.get("cookies"):
            line = "; ".join(self._cookie_pairs(cookies, url, jar))
            headers["Cookie"] = f"{headers['Cookie']}; {line}" if "Cookie" in headers else line
        if (coding := rest.get("compression")) and content is not None:
            content = compressed(content, coding)
            headers["Content-Encoding"] = coding
        timeout, redirects = rest.get("timeout_ms"), rest.get("redirects")
        expected = rest.get("expected", _ORDINARY)
        return ScriptRequest(
            url=url,
            method=method,
            headers=tuple(headers.items()),
            body=content,
            content_type=content_type,
            name=name,
            tags=tuple(sorted((key, value) for key, value in sample_tags.items() if value)),
            timeout=None if timeout is None else timeout / _MS,
            expected_statuses=None if expected is None else tuple((low, high) for low, high in expected),
            is_judged=expected is not None,
            follow_redirects=None if redirects is None else redirects > 0,
            max_redirects=redirects or None,
            stops_at_limit=True,
            credentials=credentials,
            keeps_body=rest.get("response_type", self._content) != _NONE,
            jar=self._jars.jar(jar) if jar else None,
        )

    def _cookie_pairs(self, cookies: _Cookies, url: str, jar: int) -> Iterator[str]:
        """What stands in the Cookie field because the request says so; the jar's others are added later.

        A cookie of the request and one of the jar with the same name are both sent, unless the first replaces it.
        """
        in_jar = self._jars.get(jar, url) if "://" in url else {}
        for name, value, replaces in cookies:
            yield f"{name}={value}"
            if not replaces:
                yield from (f"{name}={other}" for other in in_jar.get(name, ()))

    def _body(self, number: int) -> str:
        return self._responses[number].response.body.decode("utf-8", "replace")

    def _body_bytes(self, number: int) -> None:
        assert self.context is not None
        self.context.put_buffer(self._responses[number].response.body)

    def _request_of(self, number: int) -> dict[str, Any]:
        _, request, cookies = self._responses[number]
        headers = {name: [value] for name, value in request.headers}
        if request.content_type is not None:
            headers.setdefault("Content-Type", [request.content_type])
        sent = {
            name: [{"name": name, "value": value, "replace": replaces}] for name, value, replaces in cookies
        }
        return {
            "method": request.method,
            "url": request.url,
            "headers": headers,
            "body": "" if request.body is None else request.body.decode("utf-8", "replace"),
            "cookies": sent,
        }


def _without_credentials(url: str) -> tuple[str, str, str]:
    """A URL without its `user:password@`, which is not part of what is sent; user and password."""
    parts = urlsplit(url)
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return bare, unquote(parts.username or ""), unquote(parts.password or "")
