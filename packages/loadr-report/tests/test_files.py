import gzip
import json
import math
import os
import stat

import pytest

from loadr_report import (
    FileReadError,
    FileWriteError,
    NotASummaryError,
    ReportError,
    SchemaTooNewError,
    read_summary,
    summary_text,
    write_summary,
    write_text,
)


def test_a_summary_comes_back_as_it_went(make_summary, tmp_path):
    summary = make_summary(aborted="a threshold said so")
    write_summary(summary, tmp_path / "s.json")
    assert read_summary(tmp_path / "s.json") == summary


def test_the_file_holds_the_documented_names(make_summary, tmp_path):
    summary = make_summary()
    write_summary(summary, tmp_path / "s.json")
    assert json.loads((tmp_path / "s.json").read_bytes()) == summary.as_json()


def test_a_name_that_ends_with_gz_is_compressed(make_summary, tmp_path):
    write_summary(make_summary(), tmp_path / "s.json.gz")
    assert read_summary(tmp_path / "s.json.gz") == make_summary()
    assert gzip.decompress((tmp_path / "s.json.gz").read_bytes()).startswith(b"{")


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: data[:30] + bytes(9) + data[39:]])
def test_a_damaged_file_is_told_so(damage, make_summary, tmp_path):
    path = tmp_path / "s.json.gz"
    write_summary(make_summary(), path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(NotASummaryError, match="damaged"):
        read_summary(path)


def test_there_is_a_line_for_each_second_and_each_metric(make_summary):
    summary = make_summary(checks=[], plan="a: 1\nb: 2\n")
    lines = summary_text(summary).splitlines()
    assert sum(line.startswith('    {"elapsed_secs": ') for line in lines) == len(summary.timeline)
    assert sum(line.startswith('    {"metric": "http_reqs"') for line in lines) == 3
    assert '  "checks": [],' in lines


def test_hostile_names_come_back_as_they_were(make_summary, hostile, tmp_path):
    write_summary(make_summary(name=hostile), tmp_path / "s.json")
    assert read_summary(tmp_path / "s.json").name == hostile


def test_what_is_not_finite_becomes_absent(make_summary, tmp_path):
    summary = make_summary()
    threshold = summary.thresholds[0].model_copy(update={"observed": math.nan})
    write_summary(make_summary(thresholds=[threshold]), tmp_path / "s.json")
    assert read_summary(tmp_path / "s.json").thresholds[0].observed is None


def test_keys_of_a_newer_minor_version_are_passed_over(make_summary, tmp_path):
    document = make_summary().as_json() | {"later": 1}
    (tmp_path / "s.json").write_text(json.dumps(document))
    assert read_summary(tmp_path / "s.json") == make_summary()


def test_an_earlier_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path):
    path = tmp_path / "s.json"
    path.write_text("old" * 1000)
    write_text("new", path)
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_has_the_rights_of_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        write_text("x", tmp_path / "s.json")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "s.json").stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real.json").write_text("old")
    (tmp_path / "link.json").symlink_to("real.json")
    write_text("new", tmp_path / "link.json")
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "real.json").read_text() == "new"


def test_a_pipe_is_written_to_and_not_replaced(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_text("through", path)
        assert os.read(reader, 100) == b"through"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(path.stat().st_mode)


@pytest.mark.parametrize("place", ["missing/s.json", ".", "file/s.json"])
def test_a_place_that_cannot_be_written_is_an_error_with_the_path(tmp_path, place):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileWriteError, match="cannot be written") as caught:
        write_text("x", tmp_path / place)
    assert caught.value.path == tmp_path / place
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file"]


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileReadError, match="No such file") as caught:
        read_summary(tmp_path / "s.json")
    assert isinstance(caught.value, ReportError)
    assert caught.value.exit_code == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"schema": 1, "seed": 1' + b"0" * 5000 + b"}", "not JSON"),
        (b"[]", "no object"),
        (b"{}", "run_id: field required"),
    ],
    ids=["empty", "cut", "binary", "deep", "long number", "list", "no fields"],
)
def test_what_is_no_summary_is_refused_with_reasons(tmp_path, content, message):
    (tmp_path / "s.json").write_bytes(content)
    with pytest.raises(NotASummaryError, match=message) as caught:
        read_summary(tmp_path / "s.json")
    assert caught.value.hint


def test_a_newer_schema_is_named(make_summary, tmp_path):
    (tmp_path / "s.json").write_text(json.dumps(make_summary().as_json() | {"schema": 2}))
    with pytest.raises(SchemaTooNewError, match="schema 2 is newer than 1") as caught:
        read_summary(tmp_path / "s.json")
    assert (caught.value.found, caught.value.known) == (2, 1)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"thresholds": 5}, "thresholds: input should be a valid list"),
        (
            {"thresholds": [1]},
            "thresholds.0: input should be a valid dictionary or instance of thresholdsummary",
        ),
        ({"schema": "new"}, "schema: input should be a valid integer, unable to parse string as an integer"),
        ({"metrics": [{"metric": "m", "kind": "sum", "agg": {}}]}, "metrics.0.kind: input should be"),
    ],
    ids=["type", "item", "schema", "kind"],
)
def test_a_wrong_field_is_named_with_its_place(make_summary, tmp_path, wrong, problem):
    (tmp_path / "s.json").write_text(json.dumps(make_summary().as_json() | wrong))
    with pytest.raises(NotASummaryError) as caught:
        read_summary(tmp_path / "s.json")
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].startswith(problem)
    assert problem in str(caught.value)
