"""Parameters that several commands have."""

from typing import Any, Final

import click

from loadr_config import DurationError
from loadr_config.durations import parse_duration


class DurationType(click.ParamType[float]):
    """A duration such as `300ms` or `1h30m`, as seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Parse it in the plan's language."""
        try:
            seconds = parse_duration(value)
        except DurationError as error:
            self.fail(str(error), param, ctx)
        if seconds <= 0:
            self.fail("a duration must be longer than zero", param, ctx)
        return seconds


DURATION: Final = DurationType()

ENVIRONMENT_OPTION: Final = click.option(
    "-e",
    "--env",
    "environment",
    multiple=True,
    metavar="NAME|KEY=VALUE",
    envvar="LOADR_ENV",
    help="An overlay of the plan's `env`, or a variable for ${env.KEY}; repeatable.",
)
