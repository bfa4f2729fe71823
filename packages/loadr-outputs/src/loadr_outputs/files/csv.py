"""The output `csv`: `timestamp_ms,metric,kind,value,tags`, tags as `k=v;k=v`, quoted as RFC 4180 says.

In a tag's key or value a backslash goes before `;`, `=` and the backslash itself, so that the tags can
be read back whatever they contain.
"""

import csv
import io
import re
from collections.abc import Mapping
from typing import ClassVar, Final

from loadr_config.summary import Summary
from loadr_core.spi import SampleBatch
from loadr_outputs.delivery import DeliveringOutput, Destination
from loadr_outputs.files.destination import LinesDestination, file_of

HEADER: Final = b"timestamp_ms,metric,kind,value,tags\r\n"
_SPECIAL: Final = re.compile(r"([\\;=])")


class CsvFile(DeliveringOutput):
    """Writes CSV to `path`."""

    wants_samples: ClassVar[bool] = True
    label = "csv"

    def destination(self) -> Destination:
        """The file."""
        return LinesDestination(file_of(self.context, "csv"), _encode, header=HEADER, last=_nothing)


def _encode(content: object) -> bytes:
    assert isinstance(content, SampleBatch)
    return sample_rows(content)


def sample_rows(batch: SampleBatch) -> bytes:
    """A row a sample; all but the time and the value is made once."""
    middle = f",{_field(batch.metric)},{batch.kind.value},"
    end = f",{_field(tags_field(batch.tags))}\r\n"
    times = (batch.times * 1000.0).round(3).tolist()
    return "".join(
        [f"{time!r}{middle}{value!r}{end}" for time, value in zip(times, batch.values.tolist(), strict=True)]
    ).encode("utf-8", "surrogatepass")


def tags_field(tags: Mapping[str, str]) -> str:
    """Tags as one text."""
    return ";".join(f"{_escaped(key)}={_escaped(value)}" for key, value in tags.items())


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _field(text: str) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([text])
    return line.getvalue()


def _nothing(_summary: Summary) -> bytes:
    return b""
