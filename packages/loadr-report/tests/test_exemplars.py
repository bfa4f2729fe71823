import pytest

from loadr_report.exemplars import outcome_of, phases_text, slowest_of_names


@pytest.mark.parametrize(
    ("tags", "outcome"),
    [
        ({"status": "200"}, "status 200"),
        ({"status": "200", "error_kind": "assert"}, "assert, status 200"),
        ({"status": "0", "error_kind": "timeout"}, "timeout"),
        ({}, "no status"),
    ],
)
def test_the_outcome_in_words(make_summary, tags, outcome):
    assert outcome_of(make_summary().exemplars[0].model_copy(update={"tags": tags})) == outcome


def test_only_phases_that_matter_are_told(make_summary):
    phases = {"blocked": 9.9, "tls_handshaking": 500.0, "sending": 0.0, "waiting": 490.1}
    exemplar = make_summary().exemplars[0].model_copy(update={"duration": 1000.0, "phases": phases})
    assert phases_text(exemplar) == "tls handshaking 500ms, waiting 490ms"


@pytest.mark.parametrize(
    ("corrected", "text"), [(1001.0, "waiting 1s"), (1500.0, "waiting 1s, corrected duration 1.5s")]
)
def test_the_corrected_time_is_told_where_it_differs(make_summary, corrected, text):
    phases = {"waiting": 1000.0, "corrected_duration": corrected}
    exemplar = make_summary().exemplars[0].model_copy(update={"duration": 1000.0, "phases": phases})
    assert phases_text(exemplar) == text


def test_a_request_that_took_no_time_has_no_phases_to_tell(make_summary):
    exemplar = make_summary().exemplars[0].model_copy(update={"duration": 0.0, "phases": {"waiting": 0.0}})
    assert phases_text(exemplar) == ""


def test_one_of_each_name(make_summary):
    first, second = make_summary().exemplars
    assert slowest_of_names([first, first, second], 5) == [first, second]
    assert slowest_of_names([first, first, second], 1) == [first]
