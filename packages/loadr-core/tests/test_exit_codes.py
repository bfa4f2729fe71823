import pytest

from loadr_core.exit_codes import Outcome, first_of


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome(), 0),
        (Outcome(error=True), 1),
        (Outcome(thresholds_failed=True), 99),
        (Outcome(stopped_early=True), 105),
        (Outcome(aborted_by_test=True), 108),
        (Outcome(script_failed=True), 107),
        (Outcome(suspect=True), 98),
        (Outcome(killed=True), 130),
        (Outcome(stopped_early=True, suspect=True), 105),
        (Outcome(script_failed=True, aborted_by_test=True), 107),
        (Outcome(error=True, script_failed=True), 1),
        (Outcome(thresholds_failed=True, stopped_early=True), 99),
        (Outcome(thresholds_failed=True, aborted_by_test=True), 108),
        (Outcome(marked_failed=True), 110),
        (Outcome(marked_failed=True, thresholds_failed=True), 110),
        (Outcome(marked_failed=True, aborted_by_test=True), 108),
        (Outcome(error=True, aborted_by_test=True, thresholds_failed=True), 1),
        (Outcome(killed=True, error=True, stopped_early=True), 130),
    ],
    ids=str,
)
def test_the_first_that_applies_wins(outcome, code):
    assert outcome.exit_code() == code


@pytest.mark.parametrize(
    ("codes", "code"),
    [((0, 0), 0), ((0, 99), 99), ((99, 105), 99), ((1, 99), 1), ((98, 99), 99), ((130, 1), 130)],
)
def test_what_follows_a_run_has_a_say_in_the_same_order(codes, code):
    assert first_of(*codes) == first_of(*reversed(codes)) == code
