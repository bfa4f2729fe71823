import json

import pytest

from loadr_core.spi import SourceError, Window
from loadr_outputs.observing.answers import observed_values

WINDOW = Window(1000.5, 2, 4)


def answer(*rows):
    return json.dumps({"status": "success", "data": {"resultType": "matrix", "result": rows}}).encode()


def test_values_stand_at_their_moments():
    rows = (
        {"metric": {"__name__": "up", "job": "x"}, "values": [[1000.5, "1"], [1004.5, "2.5e3"]]},
        {"metric": {}, "values": [[1002.5, "NaN"], [1006.5, "-1"], [1008.5, "9"], [998.5, "9"]]},
    )
    first, second = observed_values(answer(*rows), WINDOW)
    assert (first.labels, first.values) == ({"__name__": "up", "job": "x"}, [1.0, None, 2500.0, None])
    assert (second.labels, second.values) == ({}, [None, None, None, -1.0])


@pytest.mark.parametrize("number", ["NaN", "+Inf", "-Inf"])
def test_what_is_no_number_is_no_value(number):
    (series,) = observed_values(answer({"metric": {}, "values": [[1000.5, number]]}), WINDOW)
    assert series.values == [None] * 4


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"<html>", "not that of a Prometheus"),
        (b"[]", "not that of a Prometheus"),
        (b"{}", "not that of a Prometheus"),
        (b'{"status": "success", "data": {"result": [{"metric": {}}]}}', "not that of a Prometheus"),
        (b'{"status": "success", "data": {"result": [{"metric": {}, "values": [[1]]}]}}', "not that of"),
        (b'{"status": "success", "data": {"result": [{"metric": {}, "values": [[1, "x"]]}]}}', "not that of"),
        (b'{"status": "error", "error": "parse\\n error"}', "the query failed: parse error"),
        (
            b'{"status": "success", "data": {"result": [{"metric": {}, "histograms": []}]}}',
            "histogram_quantile",
        ),
    ],
)
def test_other_answers_are_mistakes(body, message):
    with pytest.raises(SourceError, match=message):
        observed_values(body, WINDOW)
