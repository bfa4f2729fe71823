"""A cookie as a jar keeps it."""

from dataclasses import dataclass

from loadr_core.cookies.parsing import SameSite


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie and where it goes.

    Attributes:
        name: may be empty.
        value: what is sent.
        domain: in lower case; the host itself where `host_only`.
        path: begins with a slash.
        host_only: whether it goes to exactly its host, not to hosts below it.
        secure: whether it goes only over TLS, or over loopback.
        http_only: whether pages' scripts may not see it.
        same_site: as the server said, or `None`.
        ends: seconds since the epoch; infinite for a cookie of the session.
        number: the order of creation within the jar.
    """

    name: str
    value: str
    domain: str
    path: str
    host_only: bool
    secure: bool
    http_only: bool
    same_site: SameSite | None
    ends: float
    number: int

    @property
    def key(self) -> tuple[str, str, str, bool]:
        """What two cookies cannot have in common."""
        return (self.domain, self.path, self.name, self.host_only)

    @property
    def pair(self) -> str:
        """What stands in a Cookie field."""
        return f"{self.name}={self.value}" if self.name else self.value

    def goes_to(self, host: str, path: str, *, trusted: bool) -> bool:
        """Whether it goes along with a request to a host at or below its domain.

        Args:
            host: in lower case.
            path: the request's, without its query.
            trusted: whether nobody can read along.
        """
        if self.host_only and host != self.domain:
            return False
        if self.secure and not trusted:
            return False
        return path_matches(path, self.path)


def path_matches(path: str, pattern: str) -> bool:
    """Whether a request's path is a cookie's path or below it (section 5.1.4)."""
    if not path.startswith(pattern):
        return False
    return len(path) == len(pattern) or pattern.endswith("/") or path[len(pattern)] == "/"
