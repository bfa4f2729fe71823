"""Digest authentication, the client's side (RFC 7616). Pure.

    challenges = challenge *( "," challenge )
    challenge  = scheme [ 1*SP param *( "," param ) ]
    param      = token "=" ( token / quoted-string )

    response   = KD(H(A1), nonce ":" nc ":" cnonce ":" qop ":" H(A2))      KD(s, d) = H(s ":" d)
    A1         = user ":" realm ":" password              [ hashed ":" nonce ":" cnonce with -sess ]
    A2         = method ":" uri                           [ ":" H(body) with auth-int ]

Once a server has challenged a user, further requests answer at once, with a counter, as browsers do: one
round trip each.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

_PART: Final = re.compile(
    r"""\s*,?\s*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)(?:\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,"]*))?"""
)
_ESCAPE: Final = re.compile(r"\\(.)")
# The strongest one first.
_HASHES: Final = {"SHA-512-256": "sha512_256", "SHA-256": "sha256", "MD5": "md5"}


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a server asks for.

    Attributes:
        realm: what the password is for.
        nonce: the server's number.
        algorithm: as the server wrote it, an empty text where it did not: MD5.
        qop: `auth`, `auth-int`, or an empty text for servers before RFC 2617.
        opaque: to be sent back, or `None`.
        stale: whether only the nonce of the last answer was too old.
        userhash: whether the user's name is to be sent hashed.
    """

    realm: str
    nonce: str
    algorithm: str = ""
    qop: str = ""
    opaque: str | None = None
    stale: bool = False
    userhash: bool = False

    @property
    def hash_name(self) -> str:
        """The hash of the algorithm, as `hashlib` calls it."""
        return _HASHES[self.algorithm.upper().removesuffix("-SESS") or "MD5"]


def choose_challenge(values: Iterable[str]) -> Challenge | None:
    """The strongest digest challenge that can be answered.

    Args:
        values: of the fields WWW-Authenticate.
    """
    known = hashlib.algorithms_available
    offered = [
        _challenge(params) for value in values for scheme, params in _challenges(value) if scheme == "digest"
    ]
    possible = [found for found in offered if found is not None and found.hash_name in known]
    order = list(_HASHES.values())
    return min(possible, key=lambda found: order.index(found.hash_name), default=None)


class DigestLogin:
    """One user's answers to one challenge.

    Args:
        challenge: the server's.
        username: the user.
        password: the password.
        cnonce: a number of our own.
    """

    __slots__ = ("_a1", "_challenge", "_cnonce", "_count", "_pair", "_user")

    def __init__(self, challenge: Challenge, username: str, password: str, cnonce: str) -> None:
        self._challenge = challenge
        self._cnonce = cnonce
        self._count = 0
        self._pair = (username, password)
        realm = challenge.realm
        self._user = self._hash(f"{username}:{realm}") if challenge.userhash else username
        self._a1 = self._hash(f"{username}:{realm}:{password}")
        if challenge.algorithm.upper().endswith("-SESS"):
            self._a1 = self._hash(f"{self._a1}:{challenge.nonce}:{cnonce}")

    def authorization(self, method: str, target: str, body: bytes) -> str:
        """The value of Authorization for the next request."""
        challenge = self._challenge
        self._count += 1
        count = f"{self._count:08x}"
        a2 = f"{method}:{target}"
        if challenge.qop == "auth-int":
            a2 += ":" + hashlib.new(challenge.hash_name, body, usedforsecurity=False).hexdigest()
        middle = f"{count}:{self._cnonce}:{challenge.qop}:" if challenge.qop else ""
        response = self._hash(f"{self._a1}:{challenge.nonce}:{middle}{self._hash(a2)}")
        params = [
            f"username={_quoted(self._user)}",
            f"realm={_quoted(challenge.realm)}",
            f"nonce={_quoted(challenge.nonce)}",
            f"uri={_quoted(target)}",
            f'response="{response}"',
        ]
        if challenge.algorithm:
            params.append(f"algorithm={challenge.algorithm}")
        if challenge.opaque is not None:
            params.append(f"opaque={_quoted(challenge.opaque)}")
        if challenge.qop:
            params += [f"qop={challenge.qop}", f"nc={count}", f'cnonce="{self._cnonce}"']
        if challenge.userhash:
            params.append("userhash=true")
        return "Digest " + ", ".join(params)

    def is_of(self, username: str, password: str) -> bool:
        """Whether it answers for these credentials."""
        return self._pair == (username, password)

    def refused_by(self, challenge: Challenge, username: str, password: str) -> bool:
        """Whether a challenge says that these credentials are wrong, and not just too old."""
        return bool(self._count) and not challenge.stale and self.is_of(username, password)

    def _hash(self, text: str) -> str:
        return hashlib.new(self._challenge.hash_name, text.encode(), usedforsecurity=False).hexdigest()

    def __repr__(self) -> str:
        return f"<DigestLogin {self._challenge.realm!r}, {self._count} answers>"


def _challenges(value: str) -> Iterator[tuple[str, dict[str, str]]]:
    scheme, params = "", dict[str, str]()
    for part in _PART.finditer(value):
        if part[2] is None:
            if scheme:
                yield scheme, params
            scheme, params = part[1].lower(), {}
        else:
            params[part[1].lower()] = _unquoted(part[2])
    if scheme:
        yield scheme, params


def _challenge(params: dict[str, str]) -> Challenge | None:
    algorithm = params.get("algorithm", "")
    if "nonce" not in params or (algorithm.upper().removesuffix("-SESS") or "MD5") not in _HASHES:
        return None
    offered = [name.strip().lower() for name in params.get("qop", "").split(",") if name.strip()]
    qop = next((name for name in ("auth", "auth-int") if name in offered), "")
    if offered and not qop:
        return None
    return Challenge(
        params.get("realm", ""),
        params["nonce"],
        algorithm,
        qop,
        params.get("opaque"),
        stale=params.get("stale", "").lower() == "true",
        userhash=params.get("userhash", "").lower() == "true",
    )


def _unquoted(text: str) -> str:
    return _ESCAPE.sub(r"\1", text[1:-1]) if text.startswith('"') else text


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
