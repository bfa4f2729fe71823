"""Secrets: their values, and keeping them out of everything that people read."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus

from loadr_config.errors import SecretError

if TYPE_CHECKING:
    from loadr_config.models import Secret

__all__ = ["MASK", "Masker", "SecretError", "resolve_secrets"]

MASK: Final = "***"
"""What stands in the place of a secret's value."""


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
    r"""Replaces secret values in texts, whatever encoding they went through.

    Covered are the value itself, its JSON string form (with and without ``\u`` escapes), and its URL
    forms (`quote` with and without a safe slash, `quote_plus`; hexadecimal digits in both cases).
    An empty value hides nothing.
    """

    def __init__(self, values: Iterable[str]) -> None:
        forms = {form for value in values if value for form in _forms(value)}
        # The longest first: a value may contain another one.
        ordered = sorted(forms, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None
        self._count = len(ordered)

    def __repr__(self) -> str:
        return f"<Masker of {self._count} forms>"

    def mask(self, text: str) -> str:
        """Return the text with every form of every value replaced by `MASK`."""
        return text if self._pattern is None else self._pattern.sub(MASK, text)


def _forms(value: str) -> Iterable[str]:
    yield value
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield json.dumps(value)[1:-1].replace("/", "\\/")
    for encoded in (
        quote(value, errors="surrogateescape"),
        quote(value, safe="", errors="surrogateescape"),
        quote_plus(value, errors="surrogateescape"),
    ):
        yield encoded
        yield re.sub("%[0-9A-F]{2}", lambda escape: escape.group().lower(), encoded)
