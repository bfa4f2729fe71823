"""The messages of remote write 1.0, built for the protobuf library at run time.

Source: the Prometheus remote-write specification 1.0 and its `types.proto`; field numbers are theirs.
"""

from functools import cache
from typing import Any, Final, NamedTuple

from loadr_outputs.network import require
from loadr_outputs.prometheus.samples import labels_of as prometheus_labels
from loadr_outputs.prometheus.samples import name_of, samples_of, unit_of
from loadr_outputs.series import Reading, SeriesState
from loadr_outputs.series.exponential import SCALE, exponential

_NEEDED_BY: Final = "the output prometheus"
_MS: Final = 1000.0
_PACKAGE: Final = "loadr.prometheus"

# name, number, type; `*` for a repeated field. Types are protobuf's or a message of this package.
_MESSAGES: Final[dict[str, tuple[tuple[str, int, str], ...]]] = {
    "Label": (("name", 1, "string"), ("value", 2, "string")),
    "Sample": (("value", 1, "double"), ("timestamp", 2, "int64")),
    "BucketSpan": (("offset", 1, "sint32"), ("length", 2, "uint32")),
    "Histogram": (
        ("count_int", 1, "uint64"),
        ("sum", 3, "double"),
        ("schema", 4, "sint32"),
        ("zero_threshold", 5, "double"),
        ("zero_count_int", 6, "uint64"),
        ("positive_spans", 11, "*BucketSpan"),
        ("positive_deltas", 12, "*sint64"),
        ("timestamp", 15, "int64"),
    ),
    "TimeSeries": (("labels", 1, "*Label"), ("samples", 2, "*Sample"), ("histograms", 4, "*Histogram")),
    "WriteRequest": (("timeseries", 1, "*TimeSeries"),),
}


class Messages(NamedTuple):
    """The message classes in use."""

    request: Any
    histogram: Any


@cache
def messages() -> Messages:
    """Build the message classes.

    Raises:
        OutputError: protobuf is not installed.
    """
    descriptor_pb2 = require("google.protobuf.descriptor_pb2", _NEEDED_BY)
    descriptor_pool = require("google.protobuf.descriptor_pool", _NEEDED_BY)
    message_factory = require("google.protobuf.message_factory", _NEEDED_BY)
    field_types = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(
        name="loadr/prometheus.proto", package=_PACKAGE, syntax="proto3"
    )
    for message, fields in _MESSAGES.items():
        described = file.message_type.add(name=message)
        for name, number, kind in fields:
            repeated, kind_name = kind.startswith("*"), kind.lstrip("*")
            field = described.field.add(
                name=name,
                number=number,
                label=field_types.LABEL_REPEATED if repeated else field_types.LABEL_OPTIONAL,
            )
            if kind_name in _MESSAGES:
                field.type, field.type_name = field_types.TYPE_MESSAGE, f".{_PACKAGE}.{kind_name}"
            else:
                field.type = getattr(field_types, f"TYPE_{kind_name.upper()}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)

    def class_of(name: str) -> Any:
        return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}"))

    return Messages(class_of("WriteRequest"), class_of("Histogram"))


def write_request(readings: "list[Reading]", extra_labels: dict[str, str], *, native: bool) -> bytes:
    """The uncompressed body of one remote write.

    Args:
        readings: in the order of their time.
        extra_labels: labels of every series.
        native: trends as native histograms instead of quantiles.
    """
    request = messages().request()
    for reading in readings:
        at = round(reading.window.end * _MS)
        for state in reading.series:
            for sample in samples_of(state, native=native):
                series = request.timeseries.add()
                _label(series, sample.name, {**sample.labels, **extra_labels})
                series.samples.add(value=sample.value, timestamp=at)
            if native and state.buckets:
                series = request.timeseries.add()
                _label(series, name_of(state), {**prometheus_labels(state.tags), **extra_labels})
                _fill(series.histograms.add(timestamp=at), state)
    data: bytes = request.SerializeToString()
    return data


def _label(series: Any, name: str, labels: dict[str, str]) -> None:
    """Labels sorted by name, empty ones left out, as the specification demands."""
    named = {"__name__": name, **{key: value for key, value in labels.items() if value}}
    for key, value in sorted(named.items()):
        series.labels.add(name=key, value=value)


def _fill(histogram: Any, state: SeriesState) -> None:
    unit = unit_of(state)
    buckets = exponential(state.buckets, unit)
    histogram.count_int = state.count
    histogram.sum = state.sum / unit
    histogram.schema = SCALE
    histogram.zero_threshold = 1e-9
    histogram.zero_count_int = buckets.zeros
    previous_index, previous_count = None, 0
    for index, count in buckets.counts.items():
        if previous_index is not None and index == previous_index + 1:
            histogram.positive_spans[-1].length += 1
        else:
            offset = index if previous_index is None else index - previous_index - 1
            histogram.positive_spans.add(offset=offset, length=1)
        histogram.positive_deltas.append(count - previous_count)
        previous_index, previous_count = index, count
