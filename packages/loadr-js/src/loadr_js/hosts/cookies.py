"""Cookies of scripts: the VU's own jar, the one that requests use, and jars that a script makes."""

from typing import Any

from loadr_core.clock import epoch_of
from loadr_core.cookies import CookieJar
from loadr_core.spi import Clock, Scope
from loadr_js.runtime.context import HostFunction
from loadr_js.runtime.outcomes import HostError


class CookieHost:
    """The jars of one VU; number 0 is the VU's own."""

    def __init__(self, scope: Scope, clock: Clock) -> None:
        self._scope = scope
        self._clock = clock
        self._epoch = epoch_of(clock)
        self._jars: list[CookieJar] = []

    def functions(self) -> dict[str, HostFunction]:
        """The host functions."""
        return {
            "jar_new": self.new,
            "jar_get": self.get,
            "jar_set": self.set,
            "jar_clear": lambda number, url: self.jar(number).clear(url, self._now()),
            "jar_delete": lambda number, url, name: self.jar(number).delete(url, name, self._now()),
        }

    def _now(self) -> float:
        """Cookies end at moments of the calendar."""
        return self._clock.now() + self._epoch

    def new(self) -> int:
        """Make an empty jar; its number."""
        self._jars.append(CookieJar())
        return len(self._jars)

    def get(self, number: int, url: str) -> dict[str, list[str]]:
        """The cookies for a URL: values by name."""
        found: dict[str, list[str]] = {}
        for cookie in self.jar(number).for_url(url, self._now()):
            found.setdefault(cookie.name, []).append(cookie.value)
        return found

    def set(self, number: int, url: str, name: str, value: str, options: dict[str, Any]) -> bool:
        """Set a cookie as a response of the URL would; whether it was taken.

        One for TLS is the script's own: it need not come over TLS.
        """
        if options.get("secure") and url.lower().startswith("http:"):
            url = f"https:{url[5:]}"
        attributes = ""
        for key, attribute in (
            ("domain", "Domain"),
            ("path", "Path"),
            ("expires", "Expires"),
            ("max_age", "Max-Age"),
        ):
            if options.get(key) is not None:
                attributes += f"; {attribute}={options[key]}"
        attributes += "; Secure" * bool(options.get("secure")) + "; HttpOnly" * bool(options.get("http_only"))
        return self.jar(number).set(url, name, value, self._now(), attributes)

    def jar(self, number: int) -> CookieJar:
        """A jar by its number."""
        if number == 0:
            jar: CookieJar = self._scope.cookies
            return jar
        try:
            return self._jars[number - 1]
        except IndexError as error:
            raise HostError(f"there is no cookie jar {number}") from error
