"""Results on standard output, whatever characters they have and the terminal lacks."""

import sys

import click


def put(text: str) -> None:
    """Print; what the stream cannot encode (a file name that is no UTF-8) is written as an escape."""
    click.echo(text.encode(_encoding(), "backslashreplace").decode(_encoding()))


def can_show(text: str) -> bool:
    """Whether standard output has all characters of a text."""
    try:
        text.encode(_encoding())
    except UnicodeEncodeError:
        return False
    return True


def _encoding() -> str:
    return sys.stdout.encoding or "utf-8"
