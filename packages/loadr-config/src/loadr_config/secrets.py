"""Secrets: their values, and keeping them out of everything that people read."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from loadr_config.errors import SecretError

if TYPE_CHECKING:
    from loadr_config.models import Secret

__all__ = ["MASK", "Masker", "SecretError", "resolve_secrets"]

MASK: Final = "***"
"""What stands in the place of a secret's value."""

_DEEPEST: Final = 16
"""Backslashes before a character that was escaped: of text in text in text."""

_SHORT_ESCAPES: Final = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}


def resolve_secrets(
    secrets: "Mapping[str, Secret]", environment: Mapping[str, str], folder: Path
) -> dict[str, str]:
    """Find the value of every secret.

    Args:
        secrets: What the plan declares.
        environment: The variables of the environment.
        folder: The plan's folder, to which files are relative.

    Returns:
        The values by name; the content of a file without white space around it.

    Raises:
        SecretError: A variable is not set, or a file cannot be read.
    """
    return {name: _value(name, secret, environment, folder) for name, secret in secrets.items()}


def _value(name: str, secret: "Secret", environment: Mapping[str, str], folder: Path) -> str:
    if secret.env is not None:
        value = environment.get(secret.env)
        if value is None:
            raise SecretError(name, f"the environment variable {secret.env} is not set")
        return value
    file = folder / (secret.file or "")
    try:
        return file.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        raise SecretError(name, f"{secret.file} is not UTF-8") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SecretError(name, f"{secret.file} cannot be read: {reason}") from None


class Masker:
    r"""Replaces secret values in texts, whatever encodings they went through.

    Character by character a value is found as it is, percent-encoded (a space also as ``+``), escaped as in JSON
    or in another quoted text (``\"``, ``\n``, ``\u00e4``; also text in text: ``\\\"``), as HTML has it (``&amp;``,
    ``&#39;``, ``&#x27;``), and as UTF-8 that somebody took for Latin-1: every encoder leaves other characters as
    they are. An empty value hides nothing.
    """

    def __init__(self, values: Iterable[str]) -> None:
        # The longest first: a value may contain another one.
        ordered = sorted({value for value in values if value}, key=lambda value: (-len(value), value))
        self._pattern = re.compile("|".join(map(_any_form, ordered))) if ordered else None
        self._count = len(ordered)

    def __repr__(self) -> str:
        return f"<Masker of {self._count} values>"

    def mask(self, text: str) -> str:
        """Return the text with every form of every value replaced by `MASK`."""
        return text if self._pattern is None else self._pattern.sub(MASK, text)


def _any_form(value: str) -> str:
    """A pattern of a value in any encoding."""
    # A run of backslashes is one part: each of it may have become any number of them.
    return "".join(map(_any_form_of, re.findall(r"\\+|[^\\]", value, re.DOTALL)))


def _any_form_of(part: str) -> str:
    """A pattern of one character, or of backslashes."""
    if part.isascii():
        return _read_rightly(part)
    mistaken = part.encode("utf-8", "surrogateescape").decode("latin-1")
    return f"(?:{_read_rightly(part)}|{''.join(map(_read_rightly, mistaken))})"


def _read_rightly(part: str) -> str:
    """The same, where nobody took it for Latin-1. Possessive and bounded: no text takes long."""
    if part.isascii() and part.isalnum():
        return part  # which no encoder changes
    forms = [
        rf"\\{{{len(part)},{_DEEPEST * len(part)}}}+"
        if part[0] == "\\"
        else rf"\\{{0,{_DEEPEST}}}+{re.escape(part)}"
    ]
    if part in _SHORT_ESCAPES:
        forms.append(rf"\\{{1,{_DEEPEST}}}+{_SHORT_ESCAPES[part]}")
    if part == " ":
        forms.append(r"\+")
    forms.append("(?i:{})".format("".join(map(_numbered, part))))
    return f"(?:{'|'.join(forms)})"


def _numbered(character: str) -> str:
    """A pattern of a character by its number, in what is used on the web; case matters nowhere here."""
    from html import escape  # noqa: PLC0415 - it brings the names of all characters; most runs have no secret

    percent = "".join(f"%{octet:02x}" for octet in character.encode("utf-8", "surrogateescape"))
    units = character.encode("utf-16-be", "surrogatepass")
    escaped = "".join(rf"\\{{1,{_DEEPEST}}}+u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
    number = ord(character)
    named = re.escape(escape(character))
    return f"(?:{percent}|{escaped}|&#0*{number};|&#x0*{number:x};|{named})"
