"""Logging to standard error, as much as `-v` asks for."""

import logging
from typing import Final

import click

from loadr_core.spi import SCRIPT_LOG

_LEVELS: Final = (logging.WARNING, logging.INFO, logging.DEBUG)


def set_up_logging(verbosity: int) -> None:
    """Warnings; with `-v` also information, with `-vv` also details.

    What scripts say is shown as it is in k6: without being asked for, and with `-v` also `console.debug`.
    """
    level = _LEVELS[min(verbosity, len(_LEVELS) - 1)]
    logging.getLogger("asyncio").setLevel(max(level, logging.INFO))  # its details are not about the run
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True)
    script, handler = logging.getLogger(SCRIPT_LOG), _AboveTheLiveView()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s script: %(message)s", "%H:%M:%S"))
    script.setLevel(logging.DEBUG if verbosity else logging.INFO)
    script.propagate = False
    script.handlers = [handler]


class _AboveTheLiveView(logging.Handler):
    """Writes to what is standard error at the moment: the live view puts itself in between."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        click.echo(self.format(record), err=True)
