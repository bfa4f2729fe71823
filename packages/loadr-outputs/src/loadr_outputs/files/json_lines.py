"""The output `json`: a line for every sample, for every second, and for the summary.

Grammar of the file, a JSON object a line:

    file     = { sample | snapshot } summary
    sample   = {"type": "sample", "ts_ms", "metric", "kind", "value", "tags"}
    snapshot = {"type": "snapshot", ...}      loadr_config.summary.Snapshot, once a second
    summary  = {"type": "summary", ...}       loadr_config.summary.Summary

`ts_ms` is milliseconds since the epoch with three decimals, `value` milliseconds for times.
"""

import json
from typing import Any, ClassVar

from loadr_config.summary import Snapshot, Summary
from loadr_core.spi import SampleBatch
from loadr_outputs.delivery import DeliveringOutput, Destination
from loadr_outputs.files.destination import LinesDestination, file_of

# A snapshot's document is a few kilobytes.
_SNAPSHOT_SIZE = 8_000


class JsonLines(DeliveringOutput):
    """Writes JSON lines to `path`."""

    wants_samples: ClassVar[bool] = True
    label = "json"

    def destination(self) -> Destination:
        """The file."""
        return LinesDestination(file_of(self.context, "json"), _encode, last=_summary_line)

    def add_snapshot(self, snapshot: Snapshot) -> None:
        """Leave a snapshot for the courier."""
        self.put(snapshot, samples=0, size=_SNAPSHOT_SIZE)


def _encode(content: object) -> bytes:
    if isinstance(content, SampleBatch):
        return sample_lines(content)
    assert isinstance(content, Snapshot)
    return _line({"type": "snapshot", **content.model_dump(mode="json", exclude_none=True)})


def sample_lines(batch: SampleBatch) -> bytes:
    """A line a sample; all but the time and the value is made once."""
    head = f',"metric":{json.dumps(batch.metric)},"kind":"{batch.kind.value}","value":'
    tail = f',"tags":{json.dumps(dict(batch.tags), ensure_ascii=False)}}}\n'
    times = (batch.times * 1000.0).round(3).tolist()
    return "".join(
        [
            f'{{"type":"sample","ts_ms":{time!r}{head}{value!r}{tail}'
            for time, value in zip(times, batch.values.tolist(), strict=True)
        ]
    ).encode("utf-8", "surrogatepass")


def _summary_line(summary: Summary) -> bytes:
    return _line({"type": "summary", **summary.as_json()})


def _line(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
