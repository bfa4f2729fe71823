"""`loadr ctl`: steering a run that goes on."""

import json
from collections.abc import Callable
from typing import Any, Final

import click

from loadr_cli.failures import reported
from loadr_cli.parameters import ADDRESS, TEXT_OR_JSON
from loadr_cli.printing import put
from loadr_cli.steering import chosen, described, headline, port_at, runs_of_user
from loadr_core.control import Request, RunStatus, ask

_HELP: Final = """Steer a run that goes on, of the same user on the same machine.

Without --run the only run is meant; a part of its name is enough. A run on another machine is reached
with --address HOST:PORT, where it was started with --control HOST:PORT; its token is taken from
LOADR_CONTROL_TOKEN.
"""

_RUN: Final = click.option("--run", "run", metavar="ID", help="Which run; a part of its name is enough.")
_ADDRESS: Final = click.option(
    "--address",
    type=ADDRESS,
    metavar="HOST:PORT",
    help="A run that listens there; token in LOADR_CONTROL_TOKEN.",
)
_SCENARIO: Final = click.option("--scenario", metavar="NAME", help="Only this scenario.")


Address = tuple[str, int]


@click.group(help=_HELP)
def ctl() -> None:
    """Steer a run."""


def _addressed(command: Callable[..., None]) -> Callable[..., None]:
    return _RUN(_ADDRESS(command))


def _send(run: str | None, address: Address | None, request: Request) -> None:
    """Send a request to the run that is meant, and say how it stands after it."""
    with reported():
        target = chosen(runs_of_user(), run) if address is None else port_at(address)
        put(described(ask(target, request)))


@ctl.command()
@_addressed
@TEXT_OR_JSON
def status(run: str | None, address: Address | None, form: str) -> None:
    """Show how runs stand: one in full, several in a line each."""
    with reported():
        if address is not None:
            found = [ask(port_at(address), Request(command="status"))]
        else:
            found = [one for _, one in runs_of_user() if run is None or run in one.run_id]
    if form == "json":
        put(json.dumps([_document(one) for one in found], ensure_ascii=False))
    elif not found:
        put("no run is under way")
    else:
        put(described(found[0]) if len(found) == 1 else "\n".join(headline(one) for one in found))


def _document(one: RunStatus) -> dict[str, Any]:
    document: dict[str, Any] = one.model_dump(mode="json")
    return document


@ctl.command()
@_addressed
@_SCENARIO
def pause(run: str | None, address: Address | None, scenario: str | None) -> None:
    """Start no new iteration; the schedule's time stands still."""
    _send(run, address, Request(command="pause", scenario=scenario))


@ctl.command()
@_addressed
@_SCENARIO
def resume(run: str | None, address: Address | None, scenario: str | None) -> None:
    """Go on, or begin what was started with --paused."""
    _send(run, address, Request(command="resume", scenario=scenario))


@ctl.command()
@_addressed
@_SCENARIO
@click.option("--vus", type=click.IntRange(0, 10_000_000), metavar="N", help="Virtual users from now on.")
@click.option("--rate", type=click.FloatRange(0, 1e9), metavar="N", help="Iteration starts per second.")
def scale(
    run: str | None, address: Address | None, scenario: str | None, vus: int | None, rate: float | None
) -> None:
    """Change the load, to the end of the schedule: --vus or --rate, over all workers."""
    if (vus is None) == (rate is None):
        raise click.UsageError("give either --vus or --rate")
    _send(run, address, Request(command="scale", scenario=scenario, vus=vus, rate=rate))


@ctl.command()
@_addressed
@_SCENARIO
def stop(run: str | None, address: Address | None, scenario: str | None) -> None:
    """End gracefully: running iterations finish, teardown and summary follow."""
    _send(run, address, Request(command="stop", scenario=scenario))


@ctl.command()
@_addressed
@_SCENARIO
def kill(run: str | None, address: Address | None, scenario: str | None) -> None:
    """End now: running iterations are cut off, teardown and summary follow."""
    _send(run, address, Request(command="kill", scenario=scenario))
