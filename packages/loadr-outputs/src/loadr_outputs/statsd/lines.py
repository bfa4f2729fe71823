"""StatsD's lines. Pure.

Grammar, after the format that Datadog documents (version 1.1, several values in one line):

    line  = name ":" value { ":" value } "|" type [ "|#" tag { "," tag } ]
    tag   = key ":" value
    type  = "c" | "g" | "ms" | "h"

Without tags every value has a line of its own, as the first StatsD server reads them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from loadr_config.metrics import MetricKind
from loadr_core.spi import SampleBatch

# A datagram that crosses an Ethernet without being cut.
DATAGRAM: Final = 1432

_NAME: Final = re.compile(r"[^A-Za-z0-9_.\-]")
_TAG: Final = re.compile(r"[|,#:\s]")

_TYPES: Final = {
    MetricKind.COUNTER: "c",
    MetricKind.GAUGE: "g",
    MetricKind.RATE: "c",
    MetricKind.TREND: "ms",
}


def lines_of(batch: SampleBatch, prefix: str, *, tags: bool) -> Iterator[bytes]:
    """The lines of a batch, none longer than a datagram.

    A rate becomes two counters, `.hits` and `.total`: StatsD has no rates.

    Args:
        batch: the samples.
        prefix: put before every name.
        tags: whether to write tags and several values in a line.
    """
    name = prefix + _NAME.sub("_", batch.metric)
    end = f"|{_TYPES[batch.kind]}{_tags(batch.tags) if tags else ''}"
    match batch.kind:
        case MetricKind.RATE:
            yield _line(f"{name}.hits", f"{int(batch.values.sum())}", end)
            yield _line(f"{name}.total", f"{len(batch.values)}", end)
        case MetricKind.COUNTER:
            yield _line(name, _number(float(batch.values.sum())), end)
        case _:
            values = [_number(value) for value in batch.values.tolist()]
            if tags:
                yield from _packed(name, values, end)
            else:
                yield from (_line(name, value, end) for value in values)


def _packed(name: str, values: Iterable[str], end: str) -> Iterator[bytes]:
    room = DATAGRAM - len(name.encode()) - len(end.encode())
    held: list[str] = []
    length = 0
    for value in values:
        if held and length + len(value) + 1 > room:
            yield _line(name, ":".join(held), end)
            held, length = [], 0
        held.append(value)
        length += len(value) + 1
    if held:
        yield _line(name, ":".join(held), end)


def datagrams(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines joined to datagrams as large as they may be."""
    held: list[bytes] = []
    length = 0
    for line in lines:
        if held and length + len(line) + 1 > DATAGRAM:
            yield b"\n".join(held)
            held, length = [], 0
        held.append(line)
        length += len(line) + 1
    if held:
        yield b"\n".join(held)


def _line(name: str, value: str, end: str) -> bytes:
    return f"{name}:{value}{end}".encode()


def _tags(tags: Mapping[str, str]) -> str:
    if not tags:
        return ""
    return "|#" + ",".join(f"{_TAG.sub('_', key)}:{_TAG.sub('_', value)}" for key, value in tags.items())


def _number(value: float) -> str:
    """Without an exponent, which some servers do not read."""
    return f"{value:.6f}".rstrip("0").rstrip(".")
