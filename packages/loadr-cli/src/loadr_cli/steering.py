"""Which run a `loadr ctl` command is for, and how a run's status is shown."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from loadr_cli.failures import fail
from loadr_core.control import Port, RunStatus, RuntimeFolder, find_runs
from loadr_report.quantities import elapsed, percentage, plural
from loadr_report.text import visible

TOKEN_VARIABLE: Final = "LOADR_CONTROL_TOKEN"  # noqa: S105 - the name of a variable

Found = tuple[Path | Port, RunStatus]


def runs_of_user() -> list[Found]:
    """All runs of this user on this machine, the oldest first."""
    return [(entry.address(), status) for entry, status in find_runs(RuntimeFolder())]


def chosen(found: Iterable[Found], run: str | None) -> Path | Port:
    """The run that is meant: the only one, or the one of whose name a part was given; else the command ends."""
    matching = [(address, status) for address, status in found if run is None or run in status.run_id]
    named = "" if run is None else f" whose name has {run!r} in it"
    if not matching:
        fail(f"there is no run{named} under way", hint="`loadr ctl status` lists the runs of this user")
    if len(matching) > 1:
        runs = "\n".join(headline(status) for _, status in matching)
        fail(f"there are {len(matching)} runs{named} under way:\n{runs}", hint="choose one with --run ID")
    return matching[0][0]


def port_at(address: tuple[str, int]) -> Port:
    """The port of a run elsewhere, with the token of the environment; without one the command ends."""
    host, port = address
    token = os.environ.get(TOKEN_VARIABLE, "")
    if not token:
        fail(f"{TOKEN_VARIABLE} is not set", hint=f"set it to the token of the run at {host}:{port}")
    return Port(host, port, token)


def headline(status: RunStatus) -> str:
    """A run in one line."""
    name = f"  {visible(status.name)}" if status.name else ""
    return f"{status.run_id}{name}  {status.phase}  {elapsed(status.elapsed_secs)}"


def described(status: RunStatus) -> str:
    """A run in full."""
    lines = [headline(status)]
    if status.reason is not None:
        lines.append(f"  ending: {visible(status.reason)}")
    for scenario in status.scenarios:
        state = "paused" if scenario.paused and scenario.state != "done" else scenario.state
        figures = f"{plural(scenario.active_vus, 'VU')}  {plural(scenario.iterations, 'iteration')}"
        lines.append(
            f"  {visible(scenario.name)}  {scenario.executor}  {state}  {scenario.fraction:.0%}  {figures}"
        )
    failed = f", {status.failed_requests:,} failed" if status.failed_requests else ""
    lines.append(f"  {plural(status.requests, 'request')}{failed}")
    lines.extend(
        f"  worker {worker.number}  {worker.place}  {percentage(worker.cpu)} CPU  {plural(worker.active_vus, 'VU')}"
        if worker.is_present
        else f"  worker {worker.number}  {worker.place}  gone"
        for worker in status.workers
    )
    lines.append(f"  generator {status.health.verdict}")
    lines.extend(f"    · {visible(reason)}" for reason in status.health.reasons)
    return "\n".join(lines)
