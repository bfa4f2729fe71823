"""Which HTTP is spoken with whom.

version                 over TLS                            in the clear
auto                    what the server chooses by ALPN     HTTP/1.1
http1                   HTTP/1.1                            HTTP/1.1
http2                   HTTP/2, or the connection fails     HTTP/1.1
http2-prior-knowledge   HTTP/2, or the connection fails     HTTP/2
"""

from typing import Final, NamedTuple

H2: Final = "h2"
HTTP_11: Final = "http/1.1"


class Versions(NamedTuple):
    """What a plan's `version` allows.

    Attributes:
        offered: names for ALPN, the best one first.
        clear: the name of what is spoken without TLS.
    """

    offered: tuple[str, ...]
    clear: str

    def possible(self, scheme: str) -> tuple[str, ...]:
        """What may be spoken with an origin of a scheme, by name."""
        return self.offered if scheme == "https" else (self.clear,)


VERSIONS: Final = {
    "auto": Versions((H2, HTTP_11), HTTP_11),
    "http1": Versions((HTTP_11,), HTTP_11),
    "http2": Versions((H2,), HTTP_11),
    "http2-prior-knowledge": Versions((H2,), H2),
}
"""By the plan's key."""
