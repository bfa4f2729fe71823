"""`k6/http`: requests over the plan's own client; responses stay here and cross when they are read."""

import asyncio
from base64 import b64decode, b64encode
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import unquote, urlencode, urlsplit
from uuid import uuid4

from loadr_core.cookies import CookieJar
from loadr_core.spi import CompileError, Response, ScriptHost, ScriptRequest
from loadr_js.hosts.blocked import Blocked
from loadr_js.hosts.compression import compressed
from loadr_js.hosts.flow import FlowHost
from loadr_js.options import ScriptSettings
from loadr_js.runtime import wait_for
from loadr_js.runtime.context import DirectFunction, HostFunction, ScriptContext
from loadr_js.runtime.crossing import dumps
from loadr_js.runtime.outcomes import HostError

_MS: Final = 1000.0
_ORDINARY: Final = ((200, 399),)
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_TEXT: Final = "text"

# Of URLs that the script knows by a number, and of kinds of answers to them. Both numbers of an answer fit
# into 31 bits, beyond which the engine's wrapper cuts integers.
_MOST_PLAIN: Final = 1_000
_NUMBER_BITS: Final = 20
_MOST_PACKED: Final = 1 << _NUMBER_BITS

_FORM: Final = "application/x-www-form-urlencoded"

# k6's error codes (its documentation, "Error codes"), by our kinds of errors.
_ERROR_CODES: Final = {
    "dns": 1101,
    "timeout": 1050,
    "tls": 1300,
    "connection_refused": 1212,
    "connection_reset": 1220,
    "connection": 1200,
    "protocol": 1000,
}
_PHASES: Final = ("blocked", "looking_up", "connecting", "tls_handshaking", "sending", "waiting", "receiving")


class HttpHost:
    """The requests of one VU's script.

    Args:
        host: sends and records.
        flow: knows group and tags.
        settings: whether failed requests throw, how many run at once in a batch, what is blocked.
        jar_of: the jar of a number.
    """

    def __init__(
        self,
        host: ScriptHost,
        flow: FlowHost,
        settings: ScriptSettings,
        jar_of: Callable[[int], CookieJar],
    ) -> None:
        self._jar_of = jar_of
        self._host = host
        self._flow = flow
        self._batch = settings.batch
        self._throws = settings.throws
        self._blocked = Blocked(settings.blocked_hosts, settings.blocked_addresses)
        self._plain: dict[tuple[str, str], ScriptRequest] = {}
        self._urls: list[str] = []
        self._kinds: dict[tuple[Any, ...], int] = {}
        self._told: list[list[Any]] = []
        self._responses: list[tuple[Response, ScriptRequest]] = []
        self.context: ScriptContext | None = None

    def functions(self) -> dict[str, HostFunction]:
        """The host functions."""
        return {
            "get": self._first_get,
            "remote": lambda number: getattr(self._responses[number][0], "remote", None) or ("", 0),
            "status_text": _status_text,
            "http": self._http,
            "kind": lambda number: self._told[number],
            "http_start": self._start,
            "batch": lambda requests: wait_for(self._send_all(requests)),
            "body": self._body,
            "body_bytes": self._body_bytes,
            "response_headers": lambda number: _headers(self._responses[number][0]),
            "response_cookies": lambda number: _cookies(self._responses[number][0]),
            "response_timings": lambda number: _timings(self._responses[number][0]),
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

    def hold(self, response: Response, request: ScriptRequest) -> int:
        """Hold a response for the script until the next call begins; its number."""
        self._responses.append((response, request))
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
            response = wait_for(self._sending(request))
        except CompileError as error:
            raise _mistake(request, error) from error
        number = self._keep(response, request, rest)
        content = rest.get("response_type", _TEXT)
        final = _sent_url(response) or request.url
        if final != url or number >= _MOST_PACKED:
            return answer_of(response, request, number, content)
        shape = (content, response.status, response.proto, response.error_kind, response.error)
        kind = self._kinds.get(shape)
        if kind is not None:
            return kind << _NUMBER_BITS | number
        answer = answer_of(response, request, number, content)
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
            response = await self._sending(request)
        except CompileError as error:
            raise _mistake(request, error) from error
        number = self._keep(response, request, rest)
        return answer_of(response, request, number, rest.get("response_type", _TEXT))

    def _sending(self, request: ScriptRequest) -> Coroutine[Any, Any, Response]:
        if (reason := self._blocked.reason(request.url)) is not None:
            raise HostError(reason, name="HttpError", code=1111)
        return self._host.request(request)

    def _keep(self, response: Response, request: ScriptRequest, rest: Mapping[str, Any]) -> int:
        """Hold a response; its number. Whether a failed one throws may be the request's own."""
        if response.error_kind is not None and rest.get("throws", self._throws):
            code = _ERROR_CODES.get(response.error_kind, 1000)
            raise HostError(response.error or response.error_kind, name="HttpError", code=code)
        return self.hold(response, request)

    def _start(self, *sent: Any) -> int:
        assert self.context is not None
        return self.context.events.start(self._send(*sent))

    async def _send_all(self, requests: list[list[Any]]) -> list[list[Any]]:
        turns = asyncio.Semaphore(self._batch)

        async def one(sent: list[Any]) -> list[Any]:
            async with turns:
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
        content, content_type = _body_of(body)
        headers = headers or {}
        credentials = None
        if "@" in url:
            url, user, password = _without_credentials(url)
            if rest.get("auth") == "digest":
                credentials = (user, password)
            elif user and not any(header.lower() == "authorization" for header in headers):
                headers["Authorization"] = f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"
        if cookies := rest.get("cookies"):
            line = "; ".join(f"{name}={value}" for name, value, _ in cookies)
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
            keeps_body=rest.get("response_type") != "none",
            jar=self._jar_of(rest["jar"]) if rest.get("jar") else None,
        )

    def _body(self, number: int) -> str:
        return self._responses[number][0].body.decode("utf-8", "replace")

    def _body_bytes(self, number: int) -> None:
        assert self.context is not None
        self.context.put_buffer(self._responses[number][0].body)

    def _request_of(self, number: int) -> dict[str, Any]:
        request = self._responses[number][1]
        return {
            "method": request.method,
            "url": request.url,
            "headers": {name: [value] for name, value in request.headers},
            "body": "" if request.body is None else request.body.decode("utf-8", "replace"),
            "cookies": {},
        }


def answer_of(response: Response, request: ScriptRequest, number: int, kind: str = _TEXT) -> list[Any]:
    """What crosses of a response at once, in the order of the script's constructor; the rest is asked for."""
    code = 0
    if response.error_kind is not None:
        code = _ERROR_CODES.get(response.error_kind, 1000)
    elif response.status >= 400:
        code = 1000 + response.status
    url = _sent_url(response) or request.url
    error = response.error or response.error_kind or ""
    return [number, kind, response.status, url, response.proto, error, code]


def _mistake(request: ScriptRequest, error: CompileError) -> HostError:
    """What the script gets where a request asks for what cannot be done."""
    return HostError(f"{request.method} {request.url}: {error.message}", name="TypeError")


def _sent_url(response: Response) -> str | None:
    """The URL of the last exchange, where it may be another than that of the request."""
    return getattr(getattr(response, "sent", None), "url", None)


def _status_text(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}" if status else ""
    except ValueError:
        return str(status)


def _headers(response: Response) -> dict[str, str]:
    """As k6: names as Go writes them, `Content-Type`."""
    return {
        "-".join(part.capitalize() for part in name.split("-")): value
        for name, value in response.headers.items()
    }


def _cookies(response: Response) -> dict[str, Any]:
    from loadr_core.cookies import parse_set_cookie  # noqa: PLC0415 - only scripts that read cookies

    head = getattr(response, "head", None)
    lines = head.values("set-cookie") if head is not None else ()
    cookies: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        cookie = parse_set_cookie(line)
        if cookie is not None:
            cookies.setdefault(cookie.name, []).append(
                {
                    "name": cookie.name,
                    "value": cookie.value,
                    "domain": cookie.domain or "",
                    "path": cookie.path or "",
                }
            )
    return cookies


def _timings(response: Response) -> dict[str, float]:
    layout = getattr(response, "timings", None)
    if layout is not None:
        return {name: seconds * _MS for name, seconds in layout.items()}
    duration = response.duration * _MS
    return {**dict.fromkeys(_PHASES, 0.0), "waiting": duration, "duration": duration}


def _body_of(body: Any) -> tuple[bytes | None, str | None]:
    if body is None:
        return None, None
    if isinstance(body, str):
        return body.encode("utf-8", "replace"), None
    if "base64" in body:
        return b64decode(body["base64"]), None
    if "form" in body:
        return urlencode([tuple(pair) for pair in body["form"]]).encode(), _FORM
    return _multipart(body["multipart"])


def _multipart(parts: list[dict[str, str]]) -> tuple[bytes, str]:
    """RFC 7578."""
    boundary = uuid4().hex
    chunks = []
    for part in parts:
        name = part["name"].replace('"', "%22")
        head = f'Content-Disposition: form-data; name="{name}"'
        if "filename" in part:
            filename = part["filename"].replace('"', "%22")
            head += f'; filename="{filename}"\r\nContent-Type: {part["content_type"]}'
        content = b64decode(part["base64"]) if "base64" in part else part["text"].encode()
        chunks.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + content + b"\r\n")
    return b"".join(chunks) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _without_credentials(url: str) -> tuple[str, str, str]:
    """A URL without its `user:password@`, which is not part of what is sent; user and password."""
    parts = urlsplit(url)
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return bare, unquote(parts.username or ""), unquote(parts.password or "")
