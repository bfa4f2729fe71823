"""Keeping runs in the run store, and finding it: what `run`, `quick`, `runs` and `report` share."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from loadr_cli.failures import fail, tell
from loadr_config.summary import Summary
from loadr_report import ReportError
from loadr_report.quantities import plural
from loadr_report.store import DEFAULT_FOLDER, DEFAULT_KEPT, RunStore, record_of, revision_of
from loadr_report.store import machine as this_machine

_OFF: Final = "off"
_PLACE: Final[dict[str, Any]] = {
    "default": str(DEFAULT_FOLDER),
    "show_default": True,
    "envvar": "LOADR_STORE",
}


def stores_runs(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of a command that runs something: where the run is kept."""
    place = click.option(
        "--store", metavar="FOLDER|off", help="Where the run is kept; off: nowhere.", **_PLACE
    )
    kept = click.option(
        "--keep-runs",
        type=click.IntRange(min=0),
        metavar="N",
        default=DEFAULT_KEPT,
        show_default=True,
        envvar="LOADR_KEEP_RUNS",
        help="Runs kept in the store, the oldest go first; 0: all.",
    )
    return place(kept(command))


def reads_store(command: Callable[..., Any]) -> Callable[..., Any]:
    """An option of a command that reads kept runs: where they are."""
    return click.option("--store", metavar="FOLDER", help="Where the runs are kept.", **_PLACE)(command)


def store_in(place: str) -> RunStore:
    """The store that is to be read; the command ends when it is off."""
    if place == _OFF:
        fail("the run store is off", hint="--store FOLDER, or LOADR_STORE, says where runs are kept")
    return RunStore(Path(place))


def run_file(words: str, place: str) -> Path:
    """The file of the run that is meant: a file of that name, else a run of the store.

    Raises:
        ReportError: there is neither.
    """
    path = Path(words)
    # What looks like a path is one: a mistyped file must not be looked for among the runs.
    if path.is_file() or path.suffix or len(path.parts) > 1:
        return path
    store = store_in(place)
    return store.path(store.find(words))


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where runs are kept.

    Attributes:
        store: the folder; `None` when runs are not kept.
        kept: how many of them, 0 for all.
    """

    store: RunStore | None = None
    kept: int = DEFAULT_KEPT

    @classmethod
    def at(cls, place: str, kept: int) -> "Keeping":
        """As the options say."""
        return cls(None if place == _OFF else RunStore(Path(place)), kept)

    def keep(self, intervals: bytes, summary: Summary, exit_code: int, folder: Path) -> None:
        """Keep a run that is over; where that fails, its user is told, and the run counts all the same.

        Args:
            intervals: what it counted, as it is stored.
            summary: its result.
            exit_code: how it ended.
            folder: the plan's, of which the git revision is kept.
        """
        if self.store is None:
            return
        record = record_of(summary, exit_code=exit_code, revision=revision_of(folder), machine=this_machine())
        try:
            self.store.add(record, summary, intervals)
        except ReportError as error:
            tell(f"this run is not kept: {error}", "--store FOLDER chooses another folder, --store off none")
            return
        if self.kept:
            try:
                removed = self.store.prune(self.kept)
            except ReportError as error:
                tell(f"the run store cannot be tidied up: {error}")
                return
            if removed:
                click.echo(
                    f"run store: the oldest {plural(len(removed), 'run')} removed, {self.kept} are kept",
                    err=True,
                )
