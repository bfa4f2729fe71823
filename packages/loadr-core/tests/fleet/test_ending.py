import pytest

from loadr_core.fleet import Cause, Ending


def test_the_first_reason_wins_and_is_kept():
    ending = Ending()
    assert not ending.is_wanted
    assert ending.want("a threshold failed", Cause.THRESHOLD)
    assert not ending.want("stopped by SIGINT", Cause.SIGNAL)
    assert (ending.reason, ending.cause) == ("a threshold failed", Cause.THRESHOLD)
    assert repr(ending) == "<Ending a threshold failed>"


def test_each_scenario_is_ended_once():
    ending = Ending()
    assert ending.want_scenario("a", Cause.TEST)
    assert not ending.want_scenario("a", Cause.CONTROL)
    assert ending.want_scenario("b", Cause.TEST)
    assert not ending.is_wanted


@pytest.mark.parametrize("cause", Cause)
def test_a_person_ends_a_run_by_signal_or_control(cause):
    ending = Ending()
    ending.want("why", cause)
    assert ending.by_hand == (cause in {Cause.SIGNAL, Cause.CONTROL})


def test_a_scenario_that_a_person_ended_counts_as_well():
    ending = Ending()
    ending.want_scenario("a", Cause.TEST)
    assert not ending.by_hand
    ending.want_scenario("b", Cause.CONTROL)
    assert ending.by_hand
