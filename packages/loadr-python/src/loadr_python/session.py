"""What a script can ask for: its user, requests, checks, metrics."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from random import Random
from typing import Any, Final, NoReturn
from urllib.parse import urlencode

import orjson

from loadr_core.spi import Clock, InstanceStanding, Response, ScriptAbort, ScriptHost, ScriptRequest
from loadr_python.cookies import Cookies

_NONE: Final[Mapping[str, str]] = {}
_MS: Final = 1e3


class SessionResponse:
    """A response as scripts see it.

    Attributes:
        status: the protocol's status; 0 where a transport error left none.
        error: what went wrong, or `None`.
        headers: keys in lower case.
        duration_ms: service time in milliseconds.
    """

    __slots__ = ("_response", "duration_ms", "error", "headers", "status")

    def __init__(self, response: Response) -> None:
        self._response = response
        self.status = response.status
        self.error = response.error
        self.headers = response.headers
        self.duration_ms = response.duration * _MS

    @property
    def body(self) -> bytes:
        """The decoded body."""
        return self._response.body

    @property
    def text(self) -> str:
        """The body as UTF-8; what is none is replaced."""
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            ValueError: it is none.
        """
        return orjson.loads(self.body)


class Session:
    """One virtual user, given to every function of its script."""

    __slots__ = ("_clock", "_host", "_now")

    def __init__(self, host: ScriptHost, clock: Clock) -> None:
        self._host = host
        self._clock = clock
        self._now = clock.now

    @property
    def vu(self) -> int:
        """The user's number in the whole run, from 1."""
        return self._host.scope.vu

    @property
    def iteration(self) -> int:
        """The iteration's number, from 0."""
        return self._host.scope.iteration

    @property
    def scenario(self) -> str:
        """The scenario's name."""
        return self._host.scope.scenario

    @property
    def instance(self) -> InstanceStanding:
        """What this worker has done so far: its iterations, its users, its time."""
        return self._host.instance_standing()

    @property
    def progress(self) -> float | None:
        """How much of the scenario is done, 0 to 1; `None` in setup and teardown, which belong to none."""
        standing = self._host.scenario_standing()
        return None if standing is None else standing.progress

    @property
    def vars(self) -> dict[str, Any]:
        """The user's variables, those of the plan's templates; kept over iterations."""
        return self._host.scope.variables

    @property
    def random(self) -> Random:
        """The user's generator: what it draws follows the run's seed."""
        return self._host.scope.random

    @property
    def cookies(self) -> Cookies:
        """The user's cookies, those that requests send."""
        return Cookies(self._host.scope, self._clock)

    def data(self, name: str) -> Mapping[str, Any]:
        """The iteration's row of a data source of the plan."""
        return self._host.scope.rows[name]

    async def request(
        self,
        method: str,
        url: str,
        *,
        json: Any = None,
        data: Mapping[str, str] | str | bytes | None = None,
        headers: Mapping[str, str] = _NONE,
        name: str | None = None,
        tags: Mapping[str, object] = _NONE,
        timeout: float | None = None,  # noqa: ASYNC109 - the request's own limit, kept by its protocol
    ) -> SessionResponse:
        """Send a request and record it.

        Args:
            method: of HTTP, in any case.
            url: relative to `base_url` where it has no scheme.
            json: a value to send as JSON; for `null`, send `data="null"`.
            data: a body; a mapping is sent as a form.
            headers: beside those of the defaults.
            name: the tag `name`; the URL where it is `None`.
            tags: of its samples.
            timeout: in seconds.

        Raises:
            ValueError: both `json` and `data` are given.
        """
        body, content_type = _body(json, data)
        response = await self._host.request(
            ScriptRequest(
                url,
                method.upper(),
                tuple(headers.items()),
                body,
                content_type,
                None if name is None else _text(name, "a request"),
                tuple(_texts(tags).items()),
                timeout,
            )
        )
        return SessionResponse(response)

    @contextmanager
    def group(self, name: str) -> Iterator[None]:
        """Put what is inside under a name: samples get the tag `group`, and the whole is timed.

        with session.group("checkout"):
            await session.get("/cart")
        """
        host, outer, start = self._host, self._host.tags, self._now()
        path = f"{outer.get('group', '')}::{_text(name, 'a group')}"
        host.tags = {**outer, "group": path}
        try:
            yield
        finally:
            host.tags = outer
            host.record("trend", "group_duration", (self._now() - start) * _MS, {"group": path})

    async def get(self, url: str, **options: Any) -> SessionResponse:
        """GET; the options are those of `request`."""
        return await self.request("GET", url, **options)

    async def head(self, url: str, **options: Any) -> SessionResponse:
        """HEAD."""
        return await self.request("HEAD", url, **options)

    async def post(self, url: str, **options: Any) -> SessionResponse:
        """POST."""
        return await self.request("POST", url, **options)

    async def put(self, url: str, **options: Any) -> SessionResponse:
        """PUT."""
        return await self.request("PUT", url, **options)

    async def patch(self, url: str, **options: Any) -> SessionResponse:
        """PATCH."""
        return await self.request("PATCH", url, **options)

    async def delete(self, url: str, **options: Any) -> SessionResponse:
        """DELETE."""
        return await self.request("DELETE", url, **options)

    async def sleep(self, seconds: float) -> None:
        """Wait, while other users go on."""
        await self._host.sleep(seconds)

    def check(self, name: str, passed: object, **tags: object) -> bool:
        """Count a check; returns whether it passed."""
        holds = bool(passed)
        self._host.check(_text(name, "a check"), passed=holds, tags=_texts(tags))
        return holds

    def counter(self, metric: str, value: float = 1, **tags: object) -> None:
        """Add to a counter."""
        self._host.record("counter", _text(metric, "a metric"), value, _texts(tags))

    def gauge(self, metric: str, value: float, **tags: object) -> None:
        """Set a gauge."""
        self._host.record("gauge", _text(metric, "a metric"), value, _texts(tags))

    def rate(self, metric: str, value: float, **tags: object) -> None:
        """Count a hit, or with 0 or `False` a miss."""
        self._host.record("rate", _text(metric, "a metric"), value, _texts(tags))

    def trend(self, metric: str, value: float, **tags: object) -> None:
        """Add a value; times are in milliseconds."""
        self._host.record("trend", _text(metric, "a metric"), value, _texts(tags))

    def fail(self, reason: str = "the script failed the iteration") -> NoReturn:
        """End the iteration."""
        raise ScriptAbort("iteration", reason)

    def abort_test(self, reason: str = "the script aborted the test") -> NoReturn:
        """End the run."""
        raise ScriptAbort("test", reason)


def _text(name: object, of: str) -> str:
    """A name as it was given. What is no text is told where it stands: no summary could be made with it."""
    if not isinstance(name, str):
        raise TypeError(f"the name of {of} is a text, not {name!r}")
    return name


def _texts(tags: Mapping[str, object]) -> Mapping[str, str]:
    """Tags, their values as texts."""
    return {name: str(value) for name, value in tags.items()} if tags else _NONE


def _body(json: Any, data: Mapping[str, str] | str | bytes | None) -> tuple[bytes | None, str | None]:
    if json is not None and data is not None:
        raise ValueError("a request has one body: give json or data, not both")
    if json is not None:
        return orjson.dumps(json), "application/json"
    if isinstance(data, Mapping):
        return urlencode(data).encode(), "application/x-www-form-urlencoded"
    return (data.encode() if isinstance(data, str) else data), None
