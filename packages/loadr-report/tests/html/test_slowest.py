import re

import pytest

from loadr_report.html.slowest import phase_parts, slowest


@pytest.fixture
def exemplar(make_summary):
    return make_summary().exemplars[0]


@pytest.mark.parametrize(
    ("phases", "parts"),
    [
        ({"blocked": 9.0, "waiting": 3.0}, [("blocked", 9.0), ("waiting", 3.0)]),
        (
            {"blocked": 9.0, "connecting": 4.0, "tls_handshaking": 5.0},
            [("connecting", 4.0), ("tls_handshaking", 5.0)],
        ),
        ({"blocked": 9.0, "connecting": 4.0, "sending": 0.0}, [("blocked", 5.0), ("connecting", 4.0)]),
        ({"waiting": 3.0, "corrected_duration": 9.0}, [("waiting", 3.0)]),
        ({}, [("waiting", 3210.0)]),
    ],
)
def test_phases_side_by_side(phases, parts, exemplar):
    assert phase_parts(exemplar.model_copy(update={"phases": phases})) == parts


def test_bars_have_one_scale_and_lie_side_by_side(make_summary, exemplar):
    short = exemplar.model_copy(update={"phases": {"sending": 10.0, "waiting": 40.0}, "duration": 50.0})
    long = exemplar.model_copy(update={"phases": {"waiting": 100.0}, "duration": 100.0})
    page = slowest(make_summary(exemplars=[short, long])).html
    bars = re.findall(r'<rect x="([\d.]+)" width="([\d.]+)" height="10" class="fill-(\w+)"/>', page)
    assert bars == [("0.00", "100.00", "blue"), ("0.00", "10.00", "orange"), ("10.00", "40.00", "blue")]


def test_the_slowest_come_first_and_not_all_of_them(make_summary, exemplar):
    many = [exemplar.model_copy(update={"duration": float(ms), "name": f"n{ms}"}) for ms in range(1, 31)]
    page = slowest(make_summary(exemplars=many)).html
    assert re.findall(r">n(\d+)<", page) == [str(ms) for ms in range(30, 15, -1)]
    assert "The summary has 15 more." in page


def test_without_tracing_there_is_no_column_for_it(make_summary, exemplar):
    assert "Trace" in slowest(make_summary()).html
    assert (
        "Trace" not in slowest(make_summary(exemplars=[exemplar.model_copy(update={"trace_id": None})])).html
    )


def test_without_exemplars_there_is_nothing(make_summary):
    assert slowest(make_summary(exemplars=[])) is None
