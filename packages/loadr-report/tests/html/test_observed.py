import pytest

from loadr_config.summary import ObservationSummary, ObservedSeries
from loadr_report import render_html
from loadr_report.html.observed import line_labels, observed_panels


def observation(unit=None, *series, **changes):
    fields = {"metric": "cpu", "name": "CPU", "query": "q", "unit": unit, "elapsed_secs": [0.0, 1.23456]}
    return ObservationSummary.model_validate({**fields, "series": list(series), **changes})


def series(*values, **labels):
    return ObservedSeries(labels=labels, values=list(values))


@pytest.mark.parametrize(
    ("unit", "drawn", "suffix", "values", "peak"),
    [
        ("ratio", "ratio", "", [0.5, None], "50.00%"),
        ("percent", "number", "%", [0.5, None], "0.5%"),
        ("bytes", "data", "", [0.5, None], "0.5 B"),
        ("seconds", "time", "", [500, None], "500ms"),
        ("count", "number", "", [0.5, None], "0.5"),
        (None, "number", "", [0.5, None], "0.5"),
    ],
)
def test_values_are_drawn_in_their_unit(unit, drawn, suffix, values, peak, make_summary):
    (panel,) = observed_panels(make_summary(observations=[observation(unit, series(0.5, None))]))
    assert (panel.data["unit"], panel.data["suffix"], panel.data["at"]) == (drawn, suffix, [0.0, 1.235])
    assert panel.data["lines"][0]["values"] == values
    assert panel.described == f"CPU, observed: CPU peaks at {peak}"


def test_series_are_told_apart_by_the_labels_in_which_they_differ():
    both = [series(job="a", instance="one"), series(job="a", instance="two", zone="eu")]
    assert line_labels("CPU", both) == ["one", "two, eu"]
    assert line_labels("CPU", both[:1]) == ["CPU"]


def test_without_a_value_nothing_is_drawn(make_summary):
    nothing = [observation(None, problem="no answer"), observation(None, series(None, None))]
    assert observed_panels(make_summary(observations=nothing)) == []


def test_of_many_series_some_are_drawn_and_the_problem_is_told(make_summary):
    many = [series(1.0, 2.0, instance=str(number)) for number in range(15)]
    (panel,) = observed_panels(make_summary(observations=[observation(None, *many, problem="cut short")]))
    assert len(panel.data["lines"]) == 12
    assert [line["dashed"] for line in panel.data["lines"]] == [False] * 6 + [True] * 6
    assert panel.remark == "cut short; 3 more series are in the summary"
    page = render_html(make_summary(observations=[observation(None, *many, problem="cut short")]))
    assert '<p class="doubtful">cut short; 3 more' in page
    assert 'data-chart="observed-0"' in page
