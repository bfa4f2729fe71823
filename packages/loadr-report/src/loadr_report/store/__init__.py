"""The run store: every run with its summary, its intervals and where it came from."""

from loadr_report.store.codec import CorruptError, intervals_of
from loadr_report.store.entry import StoredRun, is_archive, read_run
from loadr_report.store.record import Machine, Revision, RunRecord, plan_hash, record_of
from loadr_report.store.recorder import RunRecorder
from loadr_report.store.store import DEFAULT_FOLDER, DEFAULT_KEPT, RunStore, Unreadable
from loadr_report.store.surroundings import machine, revision_of

__all__ = [
    "DEFAULT_FOLDER",
    "DEFAULT_KEPT",
    "CorruptError",
    "Machine",
    "Revision",
    "RunRecord",
    "RunRecorder",
    "RunStore",
    "StoredRun",
    "Unreadable",
    "intervals_of",
    "is_archive",
    "machine",
    "plan_hash",
    "read_run",
    "record_of",
    "revision_of",
]
