"""`loadr runs`: the runs that are kept."""

import json
from typing import Final

import click

import loadr_report
from loadr_cli.failures import reported, tell
from loadr_cli.keeping import reads_store, store_in
from loadr_cli.parameters import DURATION, TEXT_OR_JSON
from loadr_cli.printing import put
from loadr_core.clock import wall_clock
from loadr_report import write_text
from loadr_report.quantities import data, duration, moment, number, per_second, plural
from loadr_report.readings import ABSENT, Unit
from loadr_report.store import RunRecord, RunStore, Unreadable
from loadr_report.text import aligned, visible

_HELP: Final = """Look at and remove the runs that are kept.

A run is named by its id, by the beginning of it, or by what comes after the id's last dash, where only one run
has that; `last` is the latest run, `last~1` the one before it.
"""

_OUTCOMES: Final = {
    0: "passed",
    1: "error",
    98: "suspect",
    99: "failed",
    105: "stopped",
    107: "setup failed",
    108: "aborted",
    110: "marked failed",
    130: "interrupted",
}
_COLUMNS: Final = ("ID", "NAME", "LASTED", "REQUESTS", "RATE", "P95", "OUTCOME", "REVISION")
_RIGHT: Final = range(2, 6)  # LASTED to P95
_LONGEST_NAME: Final = 32
_SHORT_COMMIT: Final = 10


@click.group(help=_HELP)
def runs() -> None:
    """Look at and remove runs."""


@runs.command("list")
@reads_store
@TEXT_OR_JSON
def list_runs(store: str, form: str) -> None:
    """Show the runs that are kept, the latest last."""
    with reported():
        found = list(store_in(store).records())
    records = [one for one in found if isinstance(one, RunRecord)]
    if form == "json":
        put(json.dumps([_document(record) for record in records], indent=2))
    elif records:
        for line in aligned([_COLUMNS, *map(_row, records)], right=_RIGHT):
            put(line)
    else:
        click.echo(f"no runs are kept in {store}", err=True)
    for one in found:
        if isinstance(one, Unreadable):
            tell(str(one.error), f"`loadr runs rm {one.run_id}` removes it")


@runs.command()
@click.argument("run", metavar="ID")
@reads_store
@TEXT_OR_JSON
def show(run: str, store: str, form: str) -> None:
    """Show where a run came from, and its summary."""
    with reported():
        place = store_in(store)
        if form == "json":
            put(json.dumps(_document(place.record(run)), indent=2))
            return
        stored = place.read(run)
    from loadr_cli.consoles import SteadyConsole  # noqa: PLC0415 - rich, which other commands do without
    from loadr_report.console import render_summary  # noqa: PLC0415 - as above

    if stored.record is not None:
        for line in _facts(stored.record, len(stored.intervals), place.size(stored.record.run_id)):
            put(line)
    render_summary(stored.summary, SteadyConsole(stderr=False, highlight=False))


@runs.command("open")
@click.argument("run", metavar="ID", default="last")
@reads_store
@click.option("--print", "is_printed", is_flag=True, help="Only write the report and print its path.")
def open_run(run: str, store: str, *, is_printed: bool) -> None:
    """Write a run's HTML report, print its path, and show it in a browser."""
    import webbrowser  # noqa: PLC0415 - other commands do without

    with reported():
        place = store_in(store)
        run_id = place.find(run)
        path = place.report_path(run_id).absolute()
        write_text(loadr_report.render_html(place.read(run_id).summary), path)
    put(str(path))
    if not is_printed and not webbrowser.open(path.as_uri()):
        click.echo("no browser could be started: open the file yourself", err=True)


@runs.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@reads_store
@click.option("--older-than", type=DURATION, help="All that started longer ago: 30d, 12h.")
@click.option("--keep", type=click.IntRange(min=0), metavar="N", help="All but the latest N.")
def rm(ids: tuple[str, ...], store: str, older_than: float | None, keep: int | None) -> None:
    """Remove runs: those that are named, and those that an option means."""
    if not ids and older_than is None and keep is None:
        raise click.UsageError("name runs, or use --older-than or --keep")
    with reported():
        place = store_in(store)
        doomed = {place.find(words) for words in ids}
        if older_than is not None:
            doomed |= _older(place, older_than)
        if keep is not None:
            known = place.ids()
            doomed |= set(known[: max(len(known) - keep, 0)])
        for run_id in sorted(doomed):
            place.remove(run_id)
            put(f"removed {run_id}")
    if not doomed:
        click.echo("nothing to remove", err=True)


def _older(place: RunStore, seconds: float) -> set[str]:
    before = (wall_clock() - seconds) * 1000
    return {
        record.run_id
        for record in place.records()
        if isinstance(record, RunRecord) and record.started_ms < before
    }


def _document(record: RunRecord) -> dict[str, object]:
    return record.model_dump(mode="json", by_alias=True, exclude_none=True)


def _outcome(record: RunRecord) -> str:
    word = _OUTCOMES.get(record.exit_code, f"exit code {record.exit_code}")
    return f"{word}, suspect" if record.health == "suspect" and word != "suspect" else word


def _revision(record: RunRecord) -> str:
    if record.revision is None:
        return ABSENT
    return visible(record.revision.commit[:_SHORT_COMMIT]) + ("+" if record.revision.is_dirty else "")


def _row(record: RunRecord) -> tuple[str, ...]:
    name = visible(record.name) or ABSENT
    return (
        record.run_id,
        name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…",
        duration(record.duration_secs * 1000),
        number(record.requests),
        per_second(record.requests_ps),
        Unit.TIME.text(record.p95),
        _outcome(record),
        _revision(record),
    )


def _facts(record: RunRecord, intervals: int, size: int) -> list[str]:
    revision, machine = record.revision, record.machine
    branch = f" on {visible(revision.branch)}" if revision and revision.branch else ""
    changed = ", with changes" if revision and revision.is_dirty else ""
    facts = [
        ("run", record.run_id),
        ("started", moment(record.started_ms)),
        ("outcome", _outcome(record)),
        ("plan", f"{record.plan_hash or ABSENT}, seed {record.seed}"),
        ("revision", f"{_revision(record)}{branch}{changed}"),
        ("machine", ", ".join(visible(part) for part in (machine.host, machine.processor) if part)),
        ("", f"{plural(machine.cores, 'core')}, {visible(machine.system)}, Python {machine.python}"),
        ("stored", f"{plural(intervals, 'interval')}, {data(size)}, by loadr {record.loadr_version}"),
    ]
    return [f"{name:<10}{value}" for name, value in facts if value]
