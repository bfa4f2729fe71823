import gzip
import json

import numpy as np
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from loadr_config.metrics import MetricKind
from loadr_core.spi import SampleBatch
from loadr_outputs.files import JsonLines
from loadr_outputs.files.json_lines import sample_lines
from loadr_testing.conformance import OutputConformance


def read(path):
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    elif path.suffix == ".zst":
        data = zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True).read()
    return [json.loads(line) for line in data.decode().splitlines()]


class Whole(OutputConformance):
    output_class = JsonLines

    def config(self, folder):
        return {"path": self.name}

    def check(self, output, folder):
        lines = read(folder / self.name)
        assert [line["type"] for line in lines] == [*["sample"] * 6, *["snapshot"] * 2, "summary"]
        assert lines[0] == {
            "type": "sample",
            "ts_ms": 1_700_000_000_000.0,
            "metric": "http_req_duration",
            "kind": "trend",
            "value": 1.0,
            "tags": {"name": "conformance", "scenario": "main"},
        }
        assert lines[-1]["run_id"] == "20260101-000000-abcdef"
        books = output.books()
        assert (books.taken, books.written, books.lost) == (6, 6, 0)


class TestPlain(Whole):
    name = "samples.jsonl"


class TestGzip(Whole):
    name = "samples.jsonl.gz"


class TestZstandard(Whole):
    name = "samples.jsonl.zst"


@given(
    st.text(max_size=20),
    st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=4),
    st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=5),
)
def test_every_line_reads_back(metric, tags, values):
    times = np.arange(len(values), dtype=np.float64) + 1_700_000_000.1234
    lines = sample_lines(SampleBatch(metric, MetricKind.TREND, tags, times, np.array(values, np.float64)))
    documents = [json.loads(line) for line in lines.split(b"\n") if line]
    assert [document["value"] for document in documents] == values
    assert all(document["metric"] == metric and document["tags"] == tags for document in documents)
    assert [document["ts_ms"] for document in documents] == pytest.approx((times * 1000).tolist(), abs=1e-3)
