"""The folder of runs: one file a run, named by the run's id, so that names sort by time."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from loadr_config.summary import Summary
from loadr_report.errors import AmbiguousRunError, FileWriteError, ReportError, UnknownRunError
from loadr_report.files import write_bytes
from loadr_report.store.entry import SUFFIX, StoredRun, archive_of, read_record, read_run
from loadr_report.store.record import RunRecord

DEFAULT_FOLDER: Final = Path(".loadr") / "runs"
"""Below the working directory: the runs of a project stay with it."""

DEFAULT_KEPT: Final = 200
"""Runs that a store keeps; the oldest go first."""

_LATEST: Final = "last"
_IGNORE_ALL: Final = b"# made by loadr: runs are results, not sources\n*\n"
_REPORT_SUFFIX: Final = ".html"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file of the store that is no run, or cannot be read."""

    run_id: str
    error: ReportError


class RunStore:
    """The runs in a folder; it need not exist yet.

    Args:
        folder: where they are.
    """

    def __init__(self, folder: Path = DEFAULT_FOLDER) -> None:
        self.folder = folder

    def add(self, record: RunRecord, summary: Summary, intervals: bytes) -> Path:
        """Keep a run: its file is there as a whole, or not at all.

        Raises:
            FileWriteError: it cannot be written.
        """
        path = self.path(record.run_id)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            # A folder of ours below a repository is none of its files.
            if self.folder.parent.name == DEFAULT_FOLDER.parts[0]:
                ignore = self.folder.parent / ".gitignore"
                if not ignore.exists():
                    write_bytes(_IGNORE_ALL, ignore)
        except OSError as error:
            raise FileWriteError(self.folder, f"cannot be made: {error.strerror or error}") from error
        write_bytes(archive_of(record, summary, intervals), path)
        return path

    def ids(self) -> list[str]:
        """The ids of all runs, the oldest first."""
        try:
            names = [path.name for path in self.folder.iterdir()]
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise ReportError(self.folder, f"cannot be read: {error.strerror or error}") from error
        return sorted(
            name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX) and not name.startswith(".")
        )

    def records(self) -> Iterator[RunRecord | Unreadable]:
        """What all runs are known by, the oldest first."""
        for run_id in self.ids():
            try:
                yield read_record(self.path(run_id))
            except ReportError as error:
                yield Unreadable(run_id, error)

    def find(self, words: str) -> str:
        """The id of the run that is meant.

        Args:
            words: an id; its beginning, or its end after the last `-`, where only one run has it;
                `last` for the latest run, `last~2` for the second before it.

        Raises:
            UnknownRunError: there is none.
            AmbiguousRunError: there are several.
        """
        ids = self.ids()
        back = _steps_back(words)
        if back is not None:
            if back >= len(ids):
                raise UnknownRunError(self.folder, words, len(ids))
            return ids[-1 - back]
        if words in ids:
            return words
        found = [run_id for run_id in ids if words and _is_meant(run_id, words)]
        if not found:
            raise UnknownRunError(self.folder, words, len(ids))
        if len(found) > 1:
            raise AmbiguousRunError(self.folder, words, tuple(found))
        return found[0]

    def read(self, words: str) -> StoredRun:
        """The run that is meant.

        Raises:
            ReportError: there is none, there are several, or it cannot be read.
        """
        return read_run(self.path(self.find(words)))

    def record(self, words: str) -> RunRecord:
        """What the run that is meant is known by.

        Raises:
            ReportError: as in `read`.
        """
        return read_record(self.path(self.find(words)))

    def size(self, run_id: str) -> int:
        """The bytes of a run's file."""
        return self.path(run_id).stat().st_size

    def report_path(self, run_id: str) -> Path:
        """Where the report of a run is written to be looked at."""
        return self.folder / f"{run_id}{_REPORT_SUFFIX}"

    def remove(self, run_id: str) -> None:
        """Remove a run and its report.

        Raises:
            FileWriteError: it cannot be removed.
        """
        try:
            self.path(run_id).unlink()
            self.report_path(run_id).unlink(missing_ok=True)
        except OSError as error:
            raise FileWriteError(
                self.path(run_id), f"cannot be removed: {error.strerror or error}"
            ) from error

    def prune(self, kept: int) -> list[str]:
        """Remove the oldest runs until so many are left, and what a killed run has left; the ids removed.

        Raises:
            FileWriteError: one cannot be removed.
        """
        self._sweep()
        ids = self.ids()
        doomed = ids[: max(len(ids) - kept, 0)]
        for run_id in doomed:
            self.remove(run_id)
        return doomed

    def _sweep(self) -> None:
        """Remove files that were being written when a process was killed, an hour ago at least."""
        paths = [self.path(run_id) for run_id in self.ids()[-1:]]
        with suppress(OSError):  # another process may sweep as well; what stays hurts nobody
            latest = max((path.stat().st_mtime for path in paths), default=0.0)
            for leftover in self.folder.glob(".*.tmp"):
                if leftover.stat().st_mtime < latest - 3600.0:
                    leftover.unlink()

    def path(self, run_id: str) -> Path:
        """The file of a run."""
        return self.folder / f"{run_id}{SUFFIX}"

    def __repr__(self) -> str:
        return f"<RunStore in {self.folder}>"


def _steps_back(words: str) -> int | None:
    """How many runs before the latest `last~N` means; `None` for other words."""
    name, _, steps = words.partition("~")
    if name != _LATEST or (steps and not steps.isdecimal()):
        return None
    return int(steps or 0)


def _is_meant(run_id: str, words: str) -> bool:
    return run_id.startswith(words) or run_id.rpartition("-")[2].startswith(words)
