import csv
import io

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from loadr_config.metrics import MetricKind
from loadr_core.spi import SampleBatch
from loadr_outputs.files import CsvFile
from loadr_outputs.files.csv import sample_rows
from loadr_testing.conformance import OutputConformance


class TestWhole(OutputConformance):
    output_class = CsvFile

    def config(self, folder):
        return {"value": "samples.csv"}

    def check(self, output, folder):
        rows = list(csv.reader((folder / "samples.csv").read_text(encoding="utf-8").splitlines()))
        assert rows[0] == ["timestamp_ms", "metric", "kind", "value", "tags"]
        assert rows[1] == [
            "1700000000000.0",
            "http_req_duration",
            "trend",
            "1.0",
            "name=conformance;scenario=main",
        ]
        assert len(rows) == 7
        assert output.books().written == 6


# What a reader of the format does: split at unescaped separators, then take the backslashes away.
def tags_of(field):
    pairs, key, text, escaped = {}, None, "", False
    for character in field:
        if escaped or character not in "\\;=":
            text, escaped = text + character, False
        elif character == "\\":
            escaped = True
        elif character == "=":
            key, text = text, ""
        else:
            pairs[key], text = text, ""
    return {**pairs, key: text} if field else {}


texts = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=8)


@given(texts, st.dictionaries(texts, texts, max_size=4))
def test_every_row_reads_back(metric, tags):
    batch = SampleBatch(metric, MetricKind.RATE, tags, np.array([1.5]), np.array([1.0]))
    (row,) = csv.reader(io.StringIO(sample_rows(batch).decode(), newline=""))
    assert row[:4] == ["1500.0", metric, "rate", "1.0"]
    assert tags_of(row[4]) == tags
