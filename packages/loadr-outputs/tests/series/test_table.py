import numpy as np
import pytest
from hdrh.histogram import HdrHistogram
from hypothesis import given
from hypothesis import strategies as st

from loadr_config.metrics import MetricKind
from loadr_core.spi import SeriesGain
from loadr_outputs.series import SeriesState, SeriesTable, Window


def by_metric(states):
    return {state.metric: state for state in states}


@pytest.mark.parametrize(("cumulative", "second"), [(True, 4.0), (False, 2.0)])
def test_a_reading_is_of_the_run_or_of_the_interval(gains, cumulative, second):
    table = SeriesTable(cumulative=cumulative)
    table.add(gains())
    first = table.take(Window(0.0, 1.0))
    table.add(gains())
    assert by_metric(first.series)["http_reqs"].sum == 2.0
    assert by_metric(table.take(Window(1.0, 2.0)).series)["http_reqs"].sum == second


def test_only_what_changed_is_read_again(gains):
    table = SeriesTable(cumulative=True)
    table.add(gains())
    table.take(Window(0.0, 1.0))
    table.add(gains()[1:2])
    assert [state.metric for state in table.take(Window(1.0, 2.0)).series] == ["http_reqs"]
    assert len(table.all()) == 4
    assert repr(table) == "<SeriesTable of 4, 0 changed>"


def test_a_reading_does_not_change_afterwards(gains):
    table = SeriesTable(cumulative=True)
    table.add(gains())
    first = by_metric(table.take(Window(0.0, 1.0)).series)["http_req_duration"]
    table.add(gains(values=(9.0,), counts=(5,)))
    assert (first.count, first.max, first.buckets) == (2, 2.0, {1.0: 1, 2.0: 1})


def test_the_workers_of_a_run_feed_the_same_series(gains):
    table = SeriesTable(cumulative=False)
    table.add(gains(values=(1.0,), counts=(3,)))
    table.add(gains(values=(0.5, 7.0), counts=(1, 1)))
    state = by_metric(table.take(Window(0.0, 1.0)).series)["http_req_duration"]
    assert (state.count, state.sum, state.min, state.max) == (5, 10.5, 0.5, 7.0)
    assert (
        repr(state) == "<SeriesState http_req_duration {'name': 'item', 'scenario': 'main'} count=5 sum=10.5>"
    )


@given(st.lists(st.integers(1, 2000), min_size=1, max_size=200), st.floats(0.01, 1.0))
def test_quantiles_are_those_of_hdr_histogram(values, fraction):
    hdr = HdrHistogram(1, 3_600_000_000, 3)
    for value in values:
        hdr.record_value(value)
    distinct, counts = np.unique(values, return_counts=True)
    state = SeriesState("t", MetricKind.TREND, {})
    state.add(
        SeriesGain(
            "t",
            MetricKind.TREND,
            {},
            count=len(values),
            sum=float(sum(values)),
            min=min(values),
            max=max(values),
            values=distinct.tolist(),
            counts=counts.tolist(),
        )
    )
    assert state.quantiles([fraction]) == [hdr.get_value_at_percentile(fraction * 100)]
