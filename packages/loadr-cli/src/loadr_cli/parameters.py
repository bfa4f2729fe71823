"""Parameters that several commands have."""

from collections.abc import Mapping
from pathlib import Path
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


class StageType(click.ParamType["tuple[tuple[float, int], ...]"]):
    """`DURATION:VUS`, one or several with commas, as (seconds, VUs)."""

    name = "stage"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[tuple[float, int], ...]:
        """Take each apart."""
        return tuple(self._stage(part.strip(), param, ctx) for part in str(value).split(","))

    def _stage(
        self, text: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, int]:
        duration, colon, vus = text.partition(":")
        if not colon or not vus.isdecimal():
            self.fail(f"{text!r} is not DURATION:VUS, as in 30s:10", param, ctx)
        try:
            return parse_duration(duration), int(vus)
        except DurationError as error:
            self.fail(str(error), param, ctx)


STAGE: Final = StageType()


class WorkersType(click.ParamType["int | None"]):
    """A number of worker processes, or `auto`, which becomes `None`."""

    name = "workers"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | None:
        """Take a number of 1 to 256."""
        if value == "auto":
            return None
        if not str(value).isdecimal() or not 1 <= int(value) <= MOST_WORKERS:
            self.fail(f"{value!r} is neither a number of 1 to {MOST_WORKERS} nor auto", param, ctx)
        return int(value)


class AddressType(click.ParamType[tuple[str, int]]):
    """`HOST:PORT`; the port may be 0, which chooses a free one."""

    name = "address"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        """Split it; an IPv6 address stands in brackets."""
        host, _, port = str(value).rpartition(":")
        if not host or not port.isdecimal() or int(port) > 65535:
            self.fail(f"{value!r} is not HOST:PORT", param, ctx)
        return host.removeprefix("[").removesuffix("]"), int(port)


ADDRESS: Final = AddressType()
MOST_WORKERS: Final = 256
WORKERS: Final = WorkersType()

ENVIRONMENT_OPTION: Final = click.option(
    "-e",
    "--env",
    "environment",
    multiple=True,
    metavar="NAME|KEY=VALUE",
    envvar="LOADR_ENV",
    help="An overlay of the plan's `env`, or a variable for ${env.KEY}; repeatable.",
)

TEXT_OR_JSON: Final = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="As what the result is written.",
)

OUTPUT: Final = click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Where to; standard output else."
)


def form_by_suffix(forms: Mapping[str, str], output: Path | None) -> str:
    """The form of a result that goes to a file of that name, or to standard output: text unless told."""
    return "text" if output is None else forms.get(output.suffix, "text")
