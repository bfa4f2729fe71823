"""What options of the command line change beside the load."""

import pytest

from loadr_cli.overrides import OverrideError
from loadr_cli.plan_changes import PlanChanges
from loadr_config.models import TestPlan

MAIN = {"executor": "shared-iterations", "flow": [{"request": {"url": "http://host/"}}]}


def plan(**scenarios):
    http = {"headers": {"user-agent": "old", "X-A": "1"}, "tls": {"min_version": "1.3"}}
    return TestPlan.model_validate(
        {
            "scenarios": scenarios or {"main": MAIN},
            "thresholds": {"checks": ["rate>0.9"]},
            "defaults": {"http": http},
        }
    )


def test_without_options_nothing_changes():
    unchanged = plan()
    assert PlanChanges().apply(unchanged) is unchanged
    assert PlanChanges().as_options() == {}
    assert PlanChanges().skipped == frozenset()


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("user_agent", "me ${x}", {"headers": {"X-A": "1", "User-Agent": "me $${x}"}}),
        ("max_redirects", 3, {"max_redirects": 3, "follow_redirects": True}),
        ("max_redirects", 0, {"max_redirects": 0, "follow_redirects": False}),
        ("no_connection_reuse", True, {"keep_alive": False}),
        ("discard_response_bodies", True, {"discard_response_bodies": True}),
    ],
)
def test_an_option_sets_the_default_of_requests(option, value, expected):
    http = PlanChanges(**{option: value}).apply(plan()).defaults.http
    assert {key: getattr(http, key) for key in expected} == expected


def test_certificates_are_taken_as_they_are_and_the_rest_of_tls_stays():
    tls = PlanChanges(insecure_skip_tls_verify=True).apply(plan()).defaults.http.tls
    assert (tls.insecure_skip_verify, tls.min_version) == (True, "1.3")


def test_nothing_is_judged_without_thresholds():
    assert PlanChanges(no_thresholds=True).apply(plan()).thresholds == ()
    assert plan().thresholds != ()


def test_a_rate_bounds_the_one_scenario():
    changed = PlanChanges(rps=12.5).apply(plan()).scenarios["main"]
    assert changed.throttle.requests_per_second == 12.5
    with pytest.raises(OverrideError, match="there are several: a, b"):
        PlanChanges(rps=1.0).apply(plan(a=MAIN, b=MAIN))


def test_a_script_gets_k6_s_own_options():
    changes = PlanChanges(
        no_setup=True, rps=5.0, user_agent="me", insecure_skip_tls_verify=True, max_redirects=0
    )
    assert changes.as_options() == {
        "noSetup": True,
        "rps": 5.0,
        "userAgent": "me",
        "insecureSkipTLSVerify": True,
        "maxRedirects": 0,
    }
    assert changes.skipped == {"setup"}
