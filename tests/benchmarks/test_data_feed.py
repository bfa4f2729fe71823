"""The files and the measured processes of the benchmark `data-feed`."""

import csv
import json

import pytest
from benchmarks import data_feed, run
from benchmarks.feeds import files


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("feeds")
    data_feed.make_files(made, 1)
    return made


def test_all_files_have_the_same_rows(folder):
    def rows(name):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    plain, quoted = rows("plain.csv"), rows("quoted.csv")
    assert tuple(plain[0]) == tuple(quoted[0]) == files.COLUMNS
    assert quoted[7] == {**plain[7], "name": 'user "7"', "city": "City 7, north"}
    assert json.loads((folder / "rows.json").read_text())[7] == plain[7]
    for name in ("plain.csv", "quoted.csv", "rows.json"):
        assert (folder / name).stat().st_size >= 1_000_000


def test_files_are_kept_until_they_are_too_small(folder):
    before = (folder / "plain.csv").stat().st_mtime_ns
    data_feed.make_files(folder, 1)
    assert (folder / "plain.csv").stat().st_mtime_ns == before


@pytest.mark.process
@pytest.mark.parametrize("case", data_feed.CASES[1::4], ids=lambda case: f"{case.file} {case.name}")
def test_a_case_measures_itself(folder, case):
    result = data_feed.measure(case, folder, 500)
    assert result["us_per_row"] > 0
    assert result["rss_bytes"] >= result["rss_before_bytes"] > 1e6
    assert ("us_per_render" in result) == case.is_ours


def test_it_is_offered():
    assert "data-feed" in run.names()
