"""A stored run as one file: a ZIP archive that any tool opens.

run.json         loadr_report.store.record.RunRecord
summary.json     the document of `--summary-export`
intervals.bin    loadr_report.store.codec; not there when the run had none
"""

import io
import json
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from pydantic import ValidationError

from loadr_config.intervals import Interval
from loadr_config.summary import Summary
from loadr_report.errors import FileReadError, NotARunError
from loadr_report.files import read_summary, summary_from, summary_text
from loadr_report.store.codec import CorruptError, intervals_of
from loadr_report.store.record import RunRecord

SUFFIX: Final = ".zip"

_RECORD: Final = "run.json"
_SUMMARY: Final = "summary.json"
_INTERVALS: Final = "intervals.bin"
_MAGIC: Final = b"PK"
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)  # what ZIP can say; the entry's time is in its record
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run that is over, with as much as is known of it.

    Attributes:
        label: what its user calls it: its id, or its file's name.
        summary: its result.
        intervals: what it counted, about second by second; empty where only a summary is there.
        record: its plan's hash, code and machine; `None` where only a summary is there.
    """

    label: str
    summary: Summary
    intervals: tuple[Interval, ...] = ()
    record: RunRecord | None = None


def archive_of(record: RunRecord, summary: Summary, intervals: bytes) -> bytes:
    """The file of a run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        document = record.model_dump_json(by_alias=True, exclude_none=True, indent=2)
        for name, content in (
            (_RECORD, document.encode("utf-8", "backslashreplace")),
            (_SUMMARY, summary_text(summary).encode("utf-8", "backslashreplace")),
            (_INTERVALS, intervals),
        ):
            archive.writestr(zipfile.ZipInfo(name, _EARLIEST), content, zipfile.ZIP_DEFLATED, 6)
    return buffer.getvalue()


def is_archive(path: Path) -> bool:
    """Whether a file is one of a stored run, by its first bytes.

    Raises:
        FileReadError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError as error:
        raise FileReadError(path, f"cannot be read: {error.strerror or error}") from error


def read_record(path: Path) -> RunRecord:
    """What a stored run is known by.

    Raises:
        FileReadError: the file cannot be read.
        NotARunError: it is no stored run.
    """
    return _read(path, lambda archive: _record(path, archive))


def read_run(path: Path) -> StoredRun:
    """A stored run, or a summary that `--summary-export` wrote.

    Raises:
        FileReadError: the file cannot be read.
        NotARunError: it is an archive of something else.
        NotASummaryError: it is neither an archive nor a summary.
        SchemaTooNewError: a newer loadr wrote it.
    """
    if not is_archive(path):
        return StoredRun(path.name, read_summary(path))

    def whole(archive: zipfile.ZipFile) -> StoredRun:
        record = _record(path, archive)
        return StoredRun(
            record.run_id,
            summary_from(path, archive.read(_SUMMARY)),
            tuple(intervals_of(archive.read(_INTERVALS))),
            record,
        )

    return _read(path, whole)


def _record(path: Path, archive: zipfile.ZipFile) -> RunRecord:
    try:
        return RunRecord.model_validate(json.loads(archive.read(_RECORD)))
    except (ValidationError, ValueError) as error:
        raise NotARunError(path, f"{_RECORD} is wrong: {str(error).splitlines()[0]}") from error


def _read(path: Path, read: Callable[[zipfile.ZipFile], _T]) -> _T:
    try:
        with zipfile.ZipFile(path) as archive:
            return read(archive)
    except OSError as error:
        raise FileReadError(path, f"cannot be read: {error.strerror or error}") from error
    except (zipfile.BadZipFile, zlib.error, KeyError, CorruptError) as error:
        raise NotARunError(path, str(error).strip("'\"")) from error
