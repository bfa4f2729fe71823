"""Did-you-mean."""

from collections.abc import Iterable
from typing import Final

_LONGEST: Final = 80
"""Nobody mistypes a longer word, and difflib takes quadratic time."""

_CANDIDATES: Final = 2_000


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is most like another one, or None."""
    if len(word) > _LONGEST:
        return None
    from difflib import get_close_matches  # noqa: PLC0415 - nobody needs it where nothing is wrong

    by_form = {name.lower(): name for _, name in zip(range(_CANDIDATES), known, strict=False)}
    found = get_close_matches(word.lower(), by_form, n=1, cutoff=0.6)
    return by_form[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str], form: str = '"{}"') -> str | None:
    """Return the question for the nearest known word, or None."""
    found = nearest(word, known)
    return None if found is None else f"did you mean {form.format(found)}?"
