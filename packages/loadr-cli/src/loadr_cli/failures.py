"""Errors as messages: what a user sees instead of a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

import click

from loadr_cli.broken_scripts import BrokenScriptError
from loadr_cli.overrides import OverrideError
from loadr_config import ConfigError, PlanError, render
from loadr_core.errors import LoadrError, PlanRefusedError
from loadr_core.spi.output import OutputError
from loadr_report import ReportError

INTERRUPTED: Final = 130
"""The exit code of a command that was interrupted and could finish nothing."""


def tell(problem: str, hint: str = "") -> None:
    """Say on standard error what went wrong, and what to do about it."""
    click.echo(f"error: {problem}", err=True)
    if hint:
        click.echo(f"  = help: {hint}", err=True)


def fail(message: str, exit_code: int = 1, *, hint: str = "") -> NoReturn:
    """End the command with a message on standard error."""
    tell(message, hint)
    raise SystemExit(exit_code)


@contextmanager
def reported() -> Iterator[None]:
    """Turn the errors of our distributions into messages and exit codes."""
    try:
        yield
    except PlanError as error:
        click.echo(str(error), err=True)  # drawn diagnostics, each with its own headline and help
        raise SystemExit(error.exit_code) from None
    except BrokenScriptError as error:
        click.echo(render(error.diagnostic), err=True)
        raise SystemExit(error.exit_code) from None
    except PlanRefusedError as error:
        for problem in error.problems:
            tell(problem)
        raise SystemExit(error.exit_code) from None
    except OverrideError as error:
        fail(str(error), hint=error.hint)
    except ReportError as error:
        fail(str(error), error.exit_code, hint=error.hint)
    except (ConfigError, LoadrError) as error:
        fail(str(error), error.exit_code)
    except OutputError as error:
        fail(str(error))
