"""Metadata: what of a call's fields is the user's, and what may be. Pure.

Source: "gRPC over HTTP2", Custom-Metadata: binary values are Base64, of which the padding may be left out.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, Protocol

BINARY: Final = "-bin"

# What is gRPC's own; the content type and what a server accepts are shown, as Go's client does.
_OWN: Final = frozenset(
    {"grpc-encoding", "grpc-message", "grpc-message-type", "grpc-status", "grpc-timeout", "te"}
)
_NAME: Final = re.compile(r"[0-9a-z_.\-]+")
_VALUE: Final = re.compile(r"[ -~]*")
_MOST: Final = 512


class MetadataError(ValueError):
    """What is no metadata; the message says why, in the words of Go's client."""


class Section(Protocol):
    """Fields of a response."""

    @property
    def fields(self) -> Sequence[tuple[str, str]]:
        """All of them, in their order."""


@lru_cache(maxsize=_MOST)
def metadata_of(section: Section) -> Mapping[str, Sequence[str]]:
    """The user's fields of a section, repeated ones together; not to be changed.

    Kept for sections that are seen often: a connection hands the same object over for equal ones.
    """
    found: dict[str, list[str]] = {}
    for name, value in section.fields:
        if name not in _OWN:
            found.setdefault(name, []).extend(_shown(name, value))
    return found


def _shown(name: str, value: str) -> list[str]:
    """The values of a field; binary ones may be joined by commas, and are shown as characters 0 to 255."""
    if not name.endswith(BINARY):
        return [value]
    return [
        part if (octets := _octets(part)) is None else octets.decode("latin-1") for part in value.split(",")
    ]


def _octets(value: str) -> bytes | None:
    try:
        return b64decode(value + "=" * (-len(value) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def check_metadata(name: str, value: str) -> None:
    """Refuse what cannot be a field. Raises `MetadataError`."""
    if not _NAME.fullmatch(name):
        raise MetadataError(f'header key "{name}" contains illegal characters not in [0-9a-z-_.]')
    if not name.endswith(BINARY) and not _VALUE.fullmatch(value):
        raise MetadataError(f'header key "{name}" contains value with non-printable ASCII characters')
