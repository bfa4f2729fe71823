import os
import zipfile

import pytest

from loadr_report import (
    AmbiguousRunError,
    FileReadError,
    FileWriteError,
    NotARunError,
    NotASummaryError,
    UnknownRunError,
    write_summary,
)
from loadr_report.store import Machine, RunRecord, RunRecorder, RunStore, Unreadable, read_run, record_of

IDS = ("20260101-120000-aaa111", "20260101-120500-aab222", "20260102-080000-ccc333")


@pytest.fixture
def add(make_summary):
    def adding(store, run_id, exit_code=0, **changes):
        summary = make_summary(run_id=run_id, **changes)
        record = record_of(summary, exit_code=exit_code, revision=None, machine=Machine(host="here"))
        return store.add(record, summary, RunRecorder().file())

    return adding


@pytest.fixture
def store(tmp_path, add):
    store = RunStore(tmp_path / ".loadr" / "runs")
    for run_id in reversed(IDS):
        add(store, run_id)
    return store


def test_what_is_kept_is_read_back(store, make_summary):
    run = store.read(IDS[1])
    assert run.label == IDS[1]
    assert run.summary == make_summary(run_id=IDS[1])
    assert run.intervals == ()
    assert (run.record.requests, run.record.requests_ps, run.record.p95) == (12000, 400, 3.456)
    assert run.record.plan_hash == ""


def test_runs_are_listed_by_time(store):
    assert store.ids() == list(IDS)
    assert [record.run_id for record in store.records()] == list(IDS)


def test_a_store_that_is_not_there_is_empty(tmp_path):
    assert RunStore(tmp_path / "nowhere").ids() == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(IDS[0], IDS[0], id="the whole id"),
        pytest.param("20260102", IDS[2], id="its beginning"),
        pytest.param("aab222", IDS[1], id="its end"),
        pytest.param("aab", IDS[1], id="the beginning of its end"),
        pytest.param("last", IDS[2], id="the latest"),
        pytest.param("last~2", IDS[0], id="two before the latest"),
    ],
)
def test_a_run_is_found_by_what_only_it_has(store, words, found):
    assert store.find(words) == found


@pytest.mark.parametrize("words", ["2027", "last~3", "last~x", "", "../runs", "120500"])
def test_no_run_is_made_up(store, words):
    with pytest.raises(UnknownRunError, match=r"none of the runs kept here \(3\)"):
        store.find(words)


@pytest.mark.parametrize("words", ["2026", "aa", "20260101-12"])
def test_several_runs_are_all_named(store, words):
    with pytest.raises(AmbiguousRunError, match=f"may be .* runs: {IDS[0]}, {IDS[1]}"):
        store.find(words)


def test_a_run_is_there_as_a_whole_or_not_at_all(store, add, monkeypatch):
    monkeypatch.setattr(
        "pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left"))
    )
    with pytest.raises(FileWriteError, match="No space left"):
        add(store, "20260103-000000-dddddd")
    assert sorted(path.name for path in store.folder.iterdir()) == [f"{run_id}.zip" for run_id in IDS]


def test_a_folder_that_cannot_be_made_is_told(tmp_path, add):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileWriteError, match=r"file/runs: cannot be made: Not a directory"):
        add(RunStore(tmp_path / "file" / "runs"), IDS[0])


def test_the_default_folder_is_none_of_a_repositorys_files(store, tmp_path, add):
    assert (tmp_path / ".loadr" / ".gitignore").read_text().endswith("\n*\n")
    add(RunStore(tmp_path / "mine" / "runs"), IDS[0])
    assert not (tmp_path / "mine" / ".gitignore").exists()


def test_the_oldest_go_first(store):
    store.report_path(IDS[0]).write_text("<html>")
    assert store.prune(2) == [IDS[0]]
    assert sorted(path.name for path in store.folder.iterdir()) == [f"{run_id}.zip" for run_id in IDS[1:]]
    assert store.prune(2) == []


def test_what_a_killed_run_has_left_is_no_run_and_goes_in_time(store):
    old, new = store.folder / ".old.tmp", store.folder / ".new.tmp"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (1.0, 1.0))
    assert store.ids() == list(IDS)
    store.prune(10)
    assert (old.exists(), new.exists()) == (False, True)


def test_a_broken_run_is_told_and_the_others_are_listed(store):
    store.path(IDS[1]).write_bytes(b"PK but no archive")
    first, broken, last = store.records()
    assert isinstance(first, RunRecord)
    assert isinstance(last, RunRecord)
    assert isinstance(broken, Unreadable)
    assert broken.run_id == IDS[1]
    assert "not a stored run" in str(broken.error)


def test_what_is_removed_is_gone(store):
    store.remove(IDS[1])
    assert store.ids() == [IDS[0], IDS[2]]
    with pytest.raises(FileWriteError, match="cannot be removed"):
        store.remove(IDS[1])


def test_a_summary_is_a_run_of_which_little_is_known(make_summary, tmp_path):
    write_summary(make_summary(), tmp_path / "summary.json")
    run = read_run(tmp_path / "summary.json")
    assert (run.label, run.intervals, run.record) == ("summary.json", (), None)
    assert run.summary == make_summary()


def damaged(path, name, content):
    with zipfile.ZipFile(path) as archive:
        kept = {other: archive.read(other) for other in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for other, held in kept.items():
            if other != name:
                archive.writestr(other, held)
            elif content is not None:
                archive.writestr(other, content)


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        pytest.param("run.json", None, NotARunError, id="no record"),
        pytest.param("run.json", b"{}", NotARunError, id="record without fields"),
        pytest.param("run.json", b"not JSON", NotARunError, id="record is no JSON"),
        pytest.param("summary.json", None, NotARunError, id="no summary"),
        pytest.param("summary.json", b"[]", NotASummaryError, id="summary is no object"),
        pytest.param("intervals.bin", b"zzz", NotARunError, id="intervals are something else"),
    ],
)
def test_a_damaged_run_is_told(store, name, content, error):
    damaged(store.path(IDS[0]), name, content)
    with pytest.raises(error):
        store.read(IDS[0])


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(FileReadError, match="cannot be read: No such file"):
        read_run(tmp_path / "none.zip")


def test_repr_tells_where_it_is(store):
    assert repr(store) == f"<RunStore in {store.folder}>"
