"""Errors as messages: what a user sees instead of a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click

from loadr_cli.overrides import OverrideError
from loadr_config import ConfigError
from loadr_core.errors import LoadrError
from loadr_core.spi.output import OutputError
from loadr_report import ReportError


def fail(message: str, exit_code: int = 1) -> NoReturn:
    """End the command with a message on standard error."""
    click.echo(f"error: {message}", err=True)
    raise SystemExit(exit_code)


@contextmanager
def reported() -> Iterator[None]:
    """Turn the errors of our distributions into messages and exit codes."""
    try:
        yield
    except (ConfigError, LoadrError, OutputError, OverrideError, ReportError) as error:
        fail(str(error), getattr(error, "exit_code", 1))
