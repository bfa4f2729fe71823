import json

import pytest

from loadr_config import load_plan
from loadr_js.options import convert_options


def converted(**options):
    return convert_options(options, name="s")


def scenario(**options):
    made = converted(**options)
    assert made.notes == ()
    return made.plan["scenarios"]["default"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"executor": "per-vu-iterations", "vus": 1, "iterations": 1}),
        ({"vus": 1}, {"executor": "per-vu-iterations", "vus": 1, "iterations": 1}),
        ({"vus": 5, "iterations": 20}, {"executor": "shared-iterations", "vus": 5, "iterations": 20}),
        (
            {"iterations": 20, "duration": "5m"},
            {"executor": "shared-iterations", "vus": 1, "iterations": 20, "max_duration": 300.0},
        ),
        ({"vus": 5, "duration": "1m30s"}, {"executor": "constant-vus", "vus": 5, "duration": 90.0}),
        ({"duration": 1500}, {"executor": "constant-vus", "vus": 1, "duration": 1.5}),
        (
            {"stages": [{"duration": "10s", "target": 3}, {"duration": "0s", "target": 0}]},
            {
                "executor": "ramping-vus",
                "start_vus": 1,
                "stages": [{"duration": 10.0, "target": 3}, {"duration": 0.0, "target": 0}],
            },
        ),
    ],
)
def test_short_forms_are_those_of_k6(options, expected):
    assert scenario(**options) == {"exec": "default", **expected}


STAGES = [{"duration": "1s", "target": 1}]
LONG = {
    "a": {"executor": "constant-vus", "duration": "1s", "exec": "f", "tags": {"k": "v"}, "startTime": "2s"},
    "b": {
        "executor": "ramping-arrival-rate",
        "startRate": 1,
        "timeUnit": "1m",
        "preAllocatedVUs": 2,
        "maxVUs": 4,
        "stages": [{"target": 10, "duration": "1s"}],
        "gracefulStop": "0s",
        "env": {"X": 1},
    },
    "c": {"executor": "externally-controlled", "vus": 1, "maxVUs": 5, "duration": "1m"},
    "d": {"executor": "per-vu-iterations", "vus": 2, "iterations": 3, "maxDuration": "1m"},
    "e": {"executor": "ramping-vus", "stages": [{"duration": "1s", "target": 1}], "gracefulRampDown": "5s"},
    "f": {"executor": "constant-arrival-rate", "rate": 5, "duration": "1s", "preAllocatedVUs": 1},
    "g": {"executor": "shared-iterations", "vus": 2, "iterations": 3},
}


def test_every_executor_becomes_a_scenario_that_is_valid():
    made = converted(scenarios=LONG)
    assert made.notes == ()
    assert made.settings.scenario_environment == {"b": {"X": "1"}}
    assert made.plan["scenarios"]["a"] == {
        "executor": "constant-vus",
        "vus": 1,
        "duration": 1.0,
        "start_time": 2.0,
        "exec": "f",
        "tags": {"k": "v"},
    }
    loaded = load_plan("s.js", text=json.dumps({**made.plan, "js": {"script": "export default 1"}}))
    assert loaded.errors == ()
    assert list(loaded.require().scenarios) == list(LONG)


def test_everything_else_becomes_defaults_and_settings():
    made = converted(
        userAgent="me ${x}",
        noConnectionReuse=True,
        discardResponseBodies=True,
        insecureSkipTLSVerify=True,
        hosts={"a.test": "127.0.0.1:80"},
        tags={"env": "ci"},
        maxRedirects=3,
        dns={"ttl": "1m", "select": "roundRobin", "policy": "onlyIPv6"},
        tlsVersion={"min": "tls1.2", "max": "tls1.3"},
        thresholds={
            "http_req_duration": [
                "p(95)<500",
                {"threshold": "avg<9", "abortOnFail": True, "delayAbortEval": "2s"},
            ],
            "checks": "rate>0.9",
        },
        rps=10,
        noCookiesReset=True,
        minIterationDuration="1s",
        setupTimeout="5s",
        teardownTimeout=7000,
        batch=4,
        batchPerHost=3,
        throw=True,
        blacklistIPs=["10.0.0.0/8"],
        blockHostnames=["*.test"],
        summaryTrendStats=["p(99)"],
        localIPs="127.0.0.1,127.0.0.2",
        noVUConnectionReuse=True,
        systemTags=["status", "error", "url", "check", "group", "scenario"],
        tlsAuth=[{"domains": ["*.test"], "cert": "-----BEGIN C", "key": "-----BEGIN K", "password": "p"}],
    )
    assert made.notes == ()
    assert made.plan["defaults"] == {
        "http": {
            "max_redirects": 3,
            "compression": False,
            "headers": {"User-Agent": "me $${x}"},
            "timeout": 60.0,
            "connections_per_host": 10_000,
            "blocked_addresses": ["10.0.0.0/8"],
            "blocked_hosts": ["*.test"],
            "keep_alive": False,
            "discard_response_bodies": True,
            "hosts": {"a.test": "127.0.0.1:80"},
            "local_ips": ["127.0.0.1", "127.0.0.2"],
            "tls": {
                "insecure_skip_verify": True,
                "min_version": "1.2",
                "max_version": "1.3",
                "client_certificates": [
                    {"hosts": ["*.test"], "cert": "-----BEGIN C", "key": "-----BEGIN K", "password": "p"}
                ],
            },
            "dns": {"ttl": 60.0, "select": "round_robin", "policy": "only_ipv6"},
        },
        "tags": {"env": "ci"},
        "system_tags": ["status", "error_kind"],
    }
    assert made.plan["thresholds"] == {
        "http_req_duration": [
            "p(95)<500",
            {"threshold": "avg<9", "abort_on_fail": True, "delay_abort_eval": 2.0},
        ],
        "checks": ["rate>0.9"],
    }
    assert made.plan["scenarios"]["default"]["throttle"] == {"requests_per_second": 10}
    settings = made.settings
    assert (settings.reset_cookies, settings.throws, settings.reconnects) == (False, True, True)
    assert (settings.setup_timeout, settings.teardown_timeout, settings.min_iteration_duration) == (
        5.0,
        7.0,
        1.0,
    )
    assert (settings.batch, settings.batch_per_host, settings.trend_stats) == (4, 3, ("p(99)",))


@pytest.mark.parametrize(
    ("options", "path", "message", "is_error"),
    [
        ({"vsu": 1}, ("vsu",), "is not known; did you mean vus?", True),
        ({"vus": "many"}, ("vus",), "must be a number, not 'many'", True),
        ({"duration": "5 parsecs"}, ("duration",), "parsecs", True),
        (
            {"scenarios": {"a": {"executor": "rampin"}}},
            ("scenarios", "a", "executor"),
            "there is no executor",
            True,
        ),
        ({"scenarios": {"a": 5}}, ("scenarios", "a"), "must be an object", True),
        (
            {"scenarios": {"a": {"executor": "constant-vus", "duration": "1s", "rate": 5}}},
            ("scenarios", "a", "rate"),
            "is not known",
            True,
        ),
        ({"stages": [{"durration": "1s"}]}, ("stages", 0, "durration"), "did you mean duration?", True),
        ({"cloud": {}}, ("cloud",), "has no effect here", False),
        ({"vus": 2}, ("vus",), "no effect without iterations, duration or stages", False),
        ({"scenarios": LONG, "iterations": 2}, ("iterations",), "cannot stand beside scenarios", True),
        ({"scenarios": LONG, "duration": "2s"}, ("duration",), "cannot stand beside scenarios", True),
        ({"scenarios": LONG, "stages": []}, ("stages",), "cannot stand beside scenarios", True),
        ({"stages": STAGES, "duration": "2s"}, ("duration",), "cannot stand beside stages", True),
        ({"stages": STAGES, "iterations": 2}, ("iterations",), "cannot stand beside stages", True),
        ({"scenarios": LONG, "vus": 2}, ("vus",), "no effect beside scenarios", False),
        ({"dns": {"policy": "IPv4"}}, ("dns", "policy"), "there is no policy 'IPv4'", True),
        ({"tlsVersion": "tls1.1"}, ("tlsVersion",), "not supported any more", True),
        ({"tlsVersion": "ssl3"}, ("tlsVersion",), "no TLS version", True),
        (
            {"thresholds": {"checks": [{"treshold": "rate>0"}]}},
            ("thresholds", "checks", 0, "treshold"),
            "did you mean",
            True,
        ),
        ({"noConnectionReuse": 1}, ("noConnectionReuse",), "must be true or false", True),
    ],
)
def test_what_is_wrong_or_has_no_effect_is_noted_at_its_path(options, path, message, is_error):
    (note,) = converted(**options).notes
    assert note.path == path
    assert message in note.message
    assert note.is_error is is_error


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ("http_req_duration{expected_response:true}",)),
        ({"systemTags": ["status"]}, ()),
        (
            {"systemTags": [], "thresholds": {"checks{a:b}": [], "http_reqs": [], "x{a:b}": ["count>1"]}},
            ("checks{a:b}",),
        ),
    ],
)
def test_submetrics_are_those_that_k6_lists(options, expected):
    assert converted(**options).settings.submetrics == expected


def test_setup_and_teardown_can_be_left_out():
    assert converted(noSetup=True).settings.skipped == ("setup",)
    assert converted(noSetup=False, noTeardown=True).settings.skipped == ("teardown",)
