"""`loadr selftest` as a user types it."""

import json

import pytest

pytestmark = pytest.mark.process


def test_the_result_tells_timing_rates_and_a_verdict(loadr):
    done = loadr("selftest", "--quick", "--format", "json")
    assert "Traceback" not in done.stderr, done
    result = json.loads(done.stdout)
    # A busy machine may be found unfit: then the exit code has to say so.
    assert done.code == (1 if result["trusted_rate"] is None else 0), done
    assert [step["rate"] for step in result["steps"]] in ([50], [50, 200])
    assert all(step["trusted"] == (not step["doubts"]) for step in result["steps"])
    timing = result["timing_error_ms"]
    # Nothing is measured shorter than it was: the target waits for its delay at least.
    assert timing["service_med"] > -1
    assert timing["service_p99"] >= timing["service_med"]
    # Who leaves out what comes due during the stall is below the truth by 60 ms or more.
    assert timing["stall"] > -30
    assert 0 <= timing["start_delay_med"] <= timing["start_delay_p99"]


def test_a_wrong_format_is_refused(loadr):
    done = loadr("selftest", "--format", "xml")
    assert done.code == 2, done
    assert "'xml' is not one of 'text', 'json'" in done.stderr
