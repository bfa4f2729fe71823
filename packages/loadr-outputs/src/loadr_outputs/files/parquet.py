"""The output `parquet`: a row a sample, for pandas, Polars, DuckDB and the like.

    time     timestamp[us, UTC]    when the sample was complete
    metric   string
    kind     string                counter, gauge, rate, trend
    value    double                milliseconds for times
    scenario, name, method, status, proto, group, check, error_kind, expected_response, instance
             string                a tag each; null where the sample has none
    tags     map<string, string>   all other tags

Source of the format: Apache Parquet; its footer, which is written last, makes the file readable.
"""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np

from loadr_config.summary import Summary
from loadr_core.spi import OutputError, SampleBatch
from loadr_outputs.delivery import DeliveringOutput, Destination, Parcel, UnavailableError
from loadr_outputs.files.blocks import BlockFile
from loadr_outputs.files.destination import path_of
from loadr_outputs.network.libraries import require

_TAG_COLUMNS: Final = (
    "scenario",
    "name",
    "method",
    "status",
    "proto",
    "group",
    "check",
    "error_kind",
    "expected_response",
    "instance",
)

# Some 20 MB while they wait. Each row group leaves about 2 kB in memory for the footer.
_ROWS_OF_GROUP: Final = 250_000


class Parquet(DeliveringOutput):
    """Writes Parquet to `path`."""

    wants_samples: ClassVar[bool] = True
    label = "parquet"

    def destination(self) -> Destination:
        """The file."""
        path = path_of(self.context, "parquet")
        if path.suffix in {".gz", ".zst"}:
            raise OutputError(f"{path}: Parquet files are compressed inside: name it without {path.suffix}")
        return ParquetDestination(path)


class ParquetDestination(Destination):
    """A Parquet file, which is one only once it is closed.

    Args:
        path: where to.
        rows_of_group: rows that are written together.
    """

    # Without its footer a Parquet file cannot be read at all.
    is_lost_unless_closed: ClassVar[bool] = True

    def __init__(self, path: Path, rows_of_group: int = _ROWS_OF_GROUP) -> None:
        self._arrow: Any = require("pyarrow", "parquet", extra="parquet")
        self._parquet: Any = require("pyarrow.parquet", "parquet", extra="parquet")
        self._file = BlockFile(path)
        self._rows_of_group = rows_of_group
        self._written = _Collected()
        self._schema = self._made_schema()
        self._writer: Any = None
        self._waiting: list[Any] = []
        self._rows = 0
        self._unwritten = b""

    def open(self) -> None:
        """Make the file."""
        self._file.open()
        self._writer = self._parquet.ParquetWriter(self._written, self._schema, compression="zstd")

    def deliver(self, parcels: Sequence[Parcel]) -> None:
        """Take rows; write a row group when there are enough."""
        self._write()
        for parcel in parcels:
            assert isinstance(parcel.content, SampleBatch)
            self._waiting.append(self._rows_of(parcel.content))
            self._rows += len(parcel.content.values)
        if self._rows >= self._rows_of_group:
            self._make_group()
            # What cannot be written now waits as bytes; the next parcels are taken when it is written.
            try:
                self._write()
            except UnavailableError:
                return

    def close(self, summary: Summary) -> None:
        """Write the last row group and the footer."""
        del summary
        try:
            if self._rows:
                self._make_group()
            self._writer.close()
            self._write()
        finally:
            self._file.close()

    def _make_group(self) -> None:
        table = self._arrow.Table.from_batches(self._waiting, self._schema).unify_dictionaries()
        self._writer.write_table(table, row_group_size=max(self._rows, 1))
        self._waiting, self._rows = [], 0

    def _write(self) -> None:
        """Write what was encoded, whole or not at all."""
        self._unwritten += self._written.take()
        if self._unwritten:
            self._file.append(self._unwritten)
            self._unwritten = b""

    def _made_schema(self) -> Any:
        arrow = self._arrow
        text = arrow.dictionary(arrow.int32(), arrow.string())
        return arrow.schema(
            [
                ("time", arrow.timestamp("us", tz="UTC")),
                ("metric", text),
                ("kind", text),
                ("value", arrow.float64()),
                *((tag, text) for tag in _TAG_COLUMNS),
                ("tags", arrow.map_(arrow.string(), arrow.string())),
            ]
        )

    def _rows_of(self, batch: SampleBatch) -> Any:
        """A record batch: everything but time and value is the same in all rows."""
        arrow, rows = self._arrow, len(batch.values)
        zeros = np.zeros(rows, dtype=np.int32)

        def same(text: str | None) -> Any:
            if text is None:
                return arrow.DictionaryArray.from_arrays(arrow.nulls(rows, arrow.int32()), [""])
            return arrow.DictionaryArray.from_arrays(zeros, [_encodable(text)])

        others = {tag: value for tag, value in batch.tags.items() if tag not in _TAG_COLUMNS}
        places = np.tile(np.arange(len(others)), rows)
        offsets = np.arange(rows + 1, dtype=np.int32) * len(others)
        keys, values = (
            arrow.array([_encodable(text) for text in texts], arrow.string()).take(arrow.array(places))
            for texts in (others.keys(), others.values())
        )
        return arrow.record_batch(
            [
                arrow.array((batch.times * 1e6).round().astype(np.int64)).cast(
                    self._schema.field("time").type
                ),
                same(batch.metric),
                same(batch.kind.value),
                arrow.array(batch.values),
                *(same(batch.tags.get(tag)) for tag in _TAG_COLUMNS),
                arrow.MapArray.from_arrays(arrow.array(offsets), keys, values),
            ],
            schema=self._schema,
        )


class _Collected(io.RawIOBase):
    """Takes what a writer writes, until somebody takes it away."""

    def __init__(self) -> None:
        super().__init__()
        self._content = bytearray()
        self._position = 0

    def writable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """The position in the whole file."""
        return self._position

    def write(self, data: Any) -> int:
        """Take bytes."""
        size = memoryview(data).nbytes
        self._content += data
        self._position += size
        return size

    def take(self) -> bytes:
        """What was written since the last time."""
        content = bytes(self._content)
        self._content.clear()
        return content


def _encodable(text: str) -> str:
    """A text that UTF-8 can hold: a lone surrogate becomes its escape."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
