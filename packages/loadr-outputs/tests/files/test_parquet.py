import json
from collections import Counter
from datetime import UTC, datetime

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_config.metrics import MetricKind
from loadr_core.spi import OutputError, SampleBatch
from loadr_outputs.delivery import Parcel, UnavailableError
from loadr_outputs.files import Parquet
from loadr_outputs.files.parquet import ParquetDestination
from loadr_testing.conformance import OutputConformance
from loadr_testing.conformance.output import sample_batch, summary


class TestWhole(OutputConformance):
    output_class = Parquet

    def config(self, folder):
        return {"value": "samples.parquet"}

    def check(self, output, folder):
        rows = pq.read_table(folder / "samples.parquet").to_pylist()
        assert len(rows) == output.books().written == 6
        assert rows[0]["time"] == datetime.fromtimestamp(1_700_000_000, UTC)
        assert {key: rows[0][key] for key in ("metric", "kind", "value", "name", "scenario", "status")} == {
            "metric": "http_req_duration",
            "kind": "trend",
            "value": 1.0,
            "name": "conformance",
            "scenario": "main",
            "status": None,
        }
        assert rows[0]["tags"] == []


def parcel(batch):
    return Parcel(batch, samples=len(batch.values), size=1)


def batch(metric="m", tags=None, values=(1.0,)):
    values = np.array(values)
    return SampleBatch(metric, MetricKind.TREND, tags or {}, np.arange(len(values)) + 1.5, values)


texts = st.text(max_size=6)


@given(
    st.lists(
        st.tuples(
            texts,
            st.dictionaries(st.sampled_from(("name", "status", "x")) | texts, texts, max_size=4),
            st.lists(st.floats(allow_nan=False), min_size=1, max_size=5),
        ),
        max_size=8,
    ),
    st.integers(1, 9),
)
def test_every_row_reads_back_however_it_is_grouped(tmp_path_factory, series, rows_of_group):
    path = tmp_path_factory.mktemp("parquet") / "samples.parquet"
    destination = ParquetDestination(path, rows_of_group)
    destination.open()
    for metric, tags, values in series:
        destination.deliver([parcel(batch(metric, tags, values))])
    destination.close(summary())
    found = []
    for row in pq.read_table(path).to_pylist():
        columns = {
            tag: value for tag, value in row.items() if tag not in {"time", "metric", "kind", "value", "tags"}
        }
        tags = {tag: value for tag, value in columns.items() if value is not None} | dict(row["tags"])
        found.append((row["metric"], tags, row["value"]))
    assert found == [(metric, tags, value) for metric, tags, values in series for value in values]


def test_rows_are_written_in_groups_while_the_run_goes_on(tmp_path):
    destination = ParquetDestination(tmp_path / "s.parquet", rows_of_group=100)
    destination.open()
    sizes = []
    for _ in range(10):
        destination.deliver([parcel(batch(values=np.random.default_rng(1).normal(size=60)))])
        sizes.append((tmp_path / "s.parquet").stat().st_size)
    assert sizes == sorted(sizes)
    assert sizes[0] == len(b"PAR1") < sizes[1]
    destination.close(summary())
    file = pq.ParquetFile(tmp_path / "s.parquet")
    assert [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)] == [120] * 5


def test_constant_columns_take_no_room(tmp_path):
    destination = ParquetDestination(tmp_path / "s.parquet")
    destination.open()
    for number in range(100):
        destination.deliver([parcel(batch(tags={"name": f"request {number % 7}"}, values=np.ones(1000)))])
    destination.close(summary())
    metadata = pq.ParquetFile(tmp_path / "s.parquet").metadata
    columns = [metadata.row_group(0).column(place) for place in range(metadata.num_columns)]
    size = {column.path_in_schema: column.total_compressed_size for column in columns}
    assert size["metric"] < 1_000
    assert size["name"] < 5_000


class Moody:
    """A file whose disk is full for as long as told."""

    def __init__(self):
        self.content = b""
        self.is_full = False

    def open(self):
        pass

    def append(self, block):
        if self.is_full:
            raise UnavailableError("No space left on device")
        self.content += block

    def close(self):
        pass


def test_a_disk_that_is_full_for_a_while_costs_no_row(tmp_path):
    destination = ParquetDestination(tmp_path / "unused", rows_of_group=2)
    destination._file = file = Moody()
    destination.open()
    destination.deliver([parcel(sample_batch(3))])
    file.is_full = True
    destination.deliver([parcel(sample_batch(3))])  # taken: it waits as bytes
    for _ in range(3):
        with pytest.raises(UnavailableError):
            destination.deliver([parcel(sample_batch(4))])
    file.is_full = False
    destination.deliver([parcel(sample_batch(4))])
    destination.close(summary())
    (tmp_path / "s.parquet").write_bytes(file.content)
    values = pq.read_table(tmp_path / "s.parquet")["value"].to_pylist()
    assert Counter(values) == Counter([1.0, 2.0, 3.0] * 2 + [1.0, 2.0, 3.0, 4.0])


async def test_without_its_footer_everything_is_lost_and_the_books_say_so(context):
    output = Parquet(context(path="/dev/full"))
    output.patience = 0.0
    await output.start()
    output.add_samples(sample_batch(5))
    with pytest.raises(OutputError, match="5 of 5 samples were lost: /dev/full cannot be written"):
        await output.stop(summary())
    books = output.books()
    assert (books.taken, books.written, books.lost) == (5, 0, 5)


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({}, "parquet needs a path"),
        ({"path": "samples.parquet.gz"}, "compressed inside"),
        ({"path": "missing/samples.parquet"}, "cannot be written: No such file"),
    ],
)
async def test_a_path_that_makes_no_sense_refuses_the_run(context, config, told):
    with pytest.raises(OutputError, match=told):
        await Parquet(context(**config)).start()


async def test_without_pyarrow_the_way_out_is_told(context, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(OutputError, match=r"pip install 'loadr\[parquet\]'"):
        await Parquet(context(path="s.parquet")).start()


def test_a_lone_surrogate_does_not_cost_the_file(tmp_path):
    destination = ParquetDestination(tmp_path / "s.parquet")
    destination.open()
    destination.deliver([parcel(batch(tags={"name": "\ud800", "\ud800": "x"}))])
    destination.close(summary())
    (row,) = pq.read_table(tmp_path / "s.parquet").to_pylist()
    assert (row["name"], row["tags"]) == ("\\ud800", [("\\ud800", "x")])
    assert json.dumps(row["name"])
