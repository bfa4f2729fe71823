"""The cookies of a user, as scripts see them: those that its requests send and that responses set."""

from typing import TYPE_CHECKING

from loadr_core.clock import epoch_of
from loadr_core.spi import Clock, Scope

if TYPE_CHECKING:
    from loadr_core.cookies import CookieJar


class Cookies:
    """The jar of one user."""

    __slots__ = ("_clock", "_epoch", "_scope")

    def __init__(self, scope: Scope, clock: Clock) -> None:
        self._scope = scope
        self._clock = clock
        self._epoch = epoch_of(clock)

    def get(self, url: str, name: str) -> str | None:
        """The value that a request of the URL would send; `None` where it would send no such cookie."""
        jar: CookieJar = self._scope.cookies
        return jar.get(url, name, self._now())

    def set(self, url: str, name: str, value: str, attributes: str = "") -> bool:
        """Set a cookie as a response of the URL would; whether it was taken.

        Args:
            url: whole, with scheme and host.
            name: the cookie's name.
            value: its value.
            attributes: what follows in `Set-Cookie` (RFC 6265), as in `Path=/; Max-Age=60`.
        """
        jar: CookieJar = self._scope.cookies
        return jar.set(url, name, value, self._now(), attributes)

    def clear(self, url: str | None = None) -> None:
        """Forget the cookies that a request of the URL would send, or all."""
        self._scope.cookies.clear(url, self._now())

    def _now(self) -> float:
        """Cookies end at moments of the calendar."""
        return self._clock.now() + self._epoch

    def __repr__(self) -> str:
        return f"<Cookies {self._scope.cookies!r}>"
