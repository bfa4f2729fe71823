"""Parquet files by row number."""

import datetime as dt
import decimal
import sys

import pyarrow as pa
import pytest
from pyarrow import parquet

from loadr_config.models import ParquetSource
from loadr_core.data.errors import RowError, SourceError
from loadr_core.data.parquet_table import ParquetTable


@pytest.fixture
def table(tmp_path):
    def make(columns, rows_of_a_group=None, **limits):
        parquet.write_table(pa.table(columns), tmp_path / "rows.parquet", row_group_size=rows_of_a_group)
        return ParquetTable(ParquetSource(path="rows.parquet"), tmp_path, **limits)

    return make


@pytest.mark.parametrize("group", [1, 3, 100, 1000])
@pytest.mark.parametrize("kept", [1, 1 << 20], ids=["one group kept", "all groups kept"])
def test_rows_in_any_order(table, group, kept):
    found = table({"a": range(200), "b": [str(n) for n in range(200)]}, group, kept=kept)
    assert len(found) == 200
    assert found.columns == ("a", "b")
    for number in [0, 199, 1, 64, 63, 128, 2]:
        assert found.row(number) == {"a": number, "b": str(number)}
    assert found.place(7) == "rows.parquet row 8"
    found.close()


def test_no_more_groups_are_kept_than_allowed(table):
    found = table({"a": range(1000)}, 100, kept=2500)
    for number in range(1000):
        found.row(number)
    assert sum(group.nbytes for group in found._groups.values()) <= 2500
    assert list(found._groups) == [7, 8, 9]


def test_values_are_what_json_could_have(table):
    moment = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    found = table(
        {
            "text": ["é"],
            "whole": [1],
            "real": [0.5],
            "flag": [True],
            "none": pa.array([None], pa.string()),
            "moment": [moment],
            "day": [moment.date()],
            "price": [decimal.Decimal("1.10")],
            "bytes": [b"abc"],
            "no_text": [b"\xff"],
            "list": [[{"a": decimal.Decimal("2.50")}]],
            "span": [dt.timedelta(seconds=90)],
        }
    )
    assert found.row(0) == {
        "text": "é",
        "whole": 1,
        "real": 0.5,
        "flag": True,
        "none": None,
        "moment": "2026-01-02T03:04:05+00:00",
        "day": "2026-01-02",
        "price": "1.10",
        "bytes": "abc",
        "no_text": "ff",
        "list": [{"a": "2.50"}],
        "span": "0:01:30",
    }


def test_what_is_no_table_is_refused(table, tmp_path):
    (tmp_path / "text.parquet").write_text("a,b\n1,2\n")
    with pytest.raises(SourceError, match=r'"text.parquet" is no Parquet file'):
        ParquetTable(ParquetSource(path="text.parquet"), tmp_path)
    with pytest.raises(SourceError, match="No such file"):
        ParquetTable(ParquetSource(path="none.parquet"), tmp_path)
    with pytest.raises(SourceError, match=r'"rows.parquet" has no rows'):
        table({"a": pa.array([], pa.int64())})
    with pytest.raises(SourceError, match="row group of 0 MiB: write it with groups of at most 0 MiB"):
        table({"a": range(100)}, largest=10)


def test_without_pyarrow_the_extra_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(SourceError, match=r"needs pyarrow: pip install 'loadr\[parquet\]'"):
        ParquetTable(ParquetSource(path="rows.parquet"), tmp_path)


def test_a_file_that_is_written_to_is_noticed(table, tmp_path):
    found = table({"a": range(1000)}, 100, kept=1)
    with (tmp_path / "rows.parquet").open("ab") as file:
        file.write(b"x")
    assert found.row(0) == {"a": 0}
    with pytest.raises(RowError, match="was changed after it had been opened for the run"):
        found.row(500)


def test_a_damaged_group_breaks_its_rows_only(tmp_path):
    path = tmp_path / "rows.parquet"
    parquet.write_table(
        pa.table({"a": [str(n) * 9 for n in range(1000)]}), path, row_group_size=500, compression="zstd"
    )
    metadata = parquet.read_metadata(path)
    column = metadata.row_group(1).column(0)
    start = column.dictionary_page_offset or column.data_page_offset
    data = bytearray(path.read_bytes())
    data[start : start + column.total_compressed_size] = b"\xff" * column.total_compressed_size
    path.write_bytes(data)
    found = ParquetTable(ParquetSource(path="rows.parquet"), tmp_path)
    assert found.row(3) == {"a": "3" * 9}
    with pytest.raises(RowError, match=r'"rows.parquet" row group 2 cannot be read'):
        found.row(700)
