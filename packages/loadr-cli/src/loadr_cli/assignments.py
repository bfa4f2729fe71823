"""`KEY=VALUE` arguments. Pure."""

from collections.abc import Iterable

import click


def split_assignment(text: str, option: str) -> tuple[str, str]:
    """The key and the value.

    Raises:
        click.BadParameter: there is no key or no `=`.
    """
    key, separator, value = text.partition("=")
    if not separator or not key.strip():
        raise click.BadParameter(f"{text!r} is not KEY=VALUE", param_hint=option)
    return key.strip(), value


def assignments(texts: Iterable[str], option: str) -> dict[str, str]:
    """All keys and values; the last of a key wins."""
    return dict(split_assignment(text, option) for text in texts)


def overlays_and_variables(texts: Iterable[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """What `-e` was given: names of the plan's `env` overlays, and variables, told apart by `=`."""
    items = list(texts)
    overlays = tuple(text for text in items if "=" not in text)
    return overlays, assignments((text for text in items if "=" in text), "-e")
