import click
import pytest

from loadr_cli.assignments import assignments, overlays_and_variables
from loadr_cli.parameters import DURATION
from loadr_cli.running import output_requests


def test_the_last_of_a_key_wins_and_values_may_hold_equals_signs():
    assert assignments(["a=1", "b=x=y", "a=2", "c="], "--tag") == {"a": "2", "b": "x=y", "c": ""}


@pytest.mark.parametrize("text", ["novalue", "=value", "  =x"])
def test_what_is_no_assignment_is_refused(text):
    with pytest.raises(click.BadParameter, match="is not KEY=VALUE"):
        assignments([text], "--tag")


def test_overlays_and_variables_are_told_apart_by_the_equals_sign():
    assert overlays_and_variables(["staging", "HOST=h", "fast"]) == (("staging", "fast"), {"HOST": "h"})


@pytest.mark.parametrize(("text", "seconds"), [("300ms", 0.3), ("1h30m", 5400.0), ("5", 5.0)])
def test_durations(text, seconds):
    assert DURATION.convert(text, None, None) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["5 parsecs", "0s", "-1s"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(click.BadParameter):
        DURATION.convert(text, None, None)


def test_outputs_by_name_and_value():
    requests = output_requests(["json=r.jsonl", "influxdb=http://h:8086,db", "acme=a,b"])
    assert [(request.name, request.config) for request in requests] == [
        ("json", {"path": "r.jsonl"}),
        ("influxdb", {"url": "http://h:8086", "database": "db"}),
        ("acme", {"value": "a,b"}),
    ]
