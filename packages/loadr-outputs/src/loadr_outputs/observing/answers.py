"""The answer to a range query of Prometheus, put on the moments that were asked for. Pure.

    {"status": "success", "data": {"resultType": "matrix", "result": [
        {"metric": {label: text, …}, "values": [[seconds, "number"], …]}, …]}}
    {"status": "error", "errorType": …, "error": text}

A moment without a sample is left out of `values`; numbers are texts, among them NaN, +Inf and -Inf.
Source: Prometheus, "HTTP API", range queries.
"""

import json
import math
from typing import Any, Final

from loadr_core.spi import ObservedValues, SourceError, Window

_LONGEST_MESSAGE: Final = 300


def observed_values(body: bytes, window: Window) -> list[ObservedValues]:
    """The series of an answer.

    Raises:
        SourceError: it is an error, or no such answer.
    """
    document = _document(body)
    if document.get("status") == "error":
        raise SourceError(f"the query failed: {_short(document.get('error'))}")
    try:
        return [_series(row, window) for row in document["data"]["result"]]
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise SourceError("the answer is not that of a Prometheus to a range query") from error


def error_in(body: bytes) -> str:
    """What a server says of a query that it refuses; empty where it says nothing."""
    try:
        return _short(_document(body).get("error"))
    except SourceError:
        return _short(body[: 4 * _LONGEST_MESSAGE].decode("utf-8", "replace"))


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise SourceError("the answer is not that of a Prometheus to a range query")
    return document


def _series(row: dict[str, Any], window: Window) -> ObservedValues:
    if "histograms" in row and "values" not in row:
        raise SourceError("the query gives histograms: take a quantile of them, as with histogram_quantile")
    values: list[float | None] = [None] * window.count
    for seconds, text in row["values"]:
        index = round((float(seconds) - window.start) / window.step)
        number = float(text)
        if 0 <= index < window.count and math.isfinite(number):
            values[index] = number
    return ObservedValues(values, {str(label): str(value) for label, value in row["metric"].items()})


def _short(text: object) -> str:
    shown = " ".join(str(text or "").split())
    return shown if len(shown) <= _LONGEST_MESSAGE else f"{shown[:_LONGEST_MESSAGE]}…"
