"""Results on standard output, whatever characters they have and the terminal lacks."""

import sys

import click


def put(text: str) -> None:
    """Print; what the stream cannot encode (a file name that is no UTF-8) is written as an escape."""
    encoding = sys.stdout.encoding or "utf-8"
    click.echo(text.encode(encoding, "backslashreplace").decode(encoding))
