"""Extractions and assertions: what becomes of the request, its variables and its iteration."""

import json

import pytest

from loadr_testing.fakes import Answer, fake_assertion, fake_extractor

TOKEN = {"type": "jsonpath", "name": "token", "expression": "$.token"}


def chain(**keys):
    return {"chain": "token", "jsonpath": "$.token", **keys}


@pytest.fixture
def run_requests(run_plan, scenario):
    """One VU, one request after the other; each has the body that its URL's place in `bodies` has."""

    def run(*requests, bodies=(), iterations=1, **extra):
        flow = [
            {"request": {"name": f"r{index}", "url": f"/{index}", **one}}
            for index, one in enumerate(requests)
        ]
        plan = scenario("per-vu-iterations", flow=flow, vus=1, iterations=iterations)
        answered = []

        def rule(request):
            answered.append(request)
            body = bodies[len(answered) - 1] if len(answered) <= len(bodies) else b""
            if isinstance(body, Answer):
                return body
            return Answer(body=body if isinstance(body, bytes) else json.dumps(body).encode())

        return run_plan({**plan, **extra}, rule)

    return run


def urls(done):
    return [request.url for request in done.handler.sent]


def test_a_value_goes_into_the_next_request(run_requests):
    done = run_requests(
        {"extract": [TOKEN]},
        {"url": "/with/${token}", "headers": {"X-T": "${token}"}, "body": "${token}"},
        bodies=[{"token": "t 1"}],
    )
    sent = done.handler.sent[1]
    assert (sent.url, sent.headers, sent.body) == ("/with/t 1", {"X-T": "t 1"}, b"t 1")
    assert done.rate("http_req_failed") == (0, 2)


@pytest.mark.parametrize(
    ("value", "text", "in_json"),
    [
        (7, "7", 7),
        (1.5, "1.5", 1.5),
        (True, "true", True),
        (None, "null", None),
        ({"a": [1, "ü"]}, '{"a":[1,"ü"]}', {"a": [1, "ü"]}),
        ("7", "7", 7),
        ("007", "007", "007"),
        ("x", "x", "x"),
    ],
)
def test_values_keep_their_json_types(value, text, in_json, run_requests):
    done = run_requests(
        {"extract": [TOKEN]},
        {"url": "/${token}", "body": {"json": {"leaf": "${token}", "text": "-${token}"}}},
        bodies=[{"token": value}],
    )
    sent = done.handler.sent[1]
    assert sent.url == f"/{text}"
    assert json.loads(sent.body) == {"leaf": in_json, "text": f"-{text}"}


def test_extractions_come_before_conditions_and_in_order(run_requests):
    done = run_requests(
        {
            "extract": [
                TOKEN,
                {"type": "jsonpath", "name": "copy", "expression": "$.absent", "default": "${token}"},
            ],
            "assert": [{"type": "body_contains", "value": "${copy}"}],
            "checks": [{"type": "jsonpath", "expression": "$.token", "equals": "${copy}"}],
        },
        bodies=[{"token": "t"}],
    )
    assert done.rate("http_req_failed") == (0, 1)
    assert done.rate("checks") == (1, 1)
    assert done.causes == {}


def test_a_failed_extraction_fails_the_request_and_the_run_goes_on(run_requests):
    done = run_requests(
        {"extract": [TOKEN]},
        {"url": "/${token}"},
        {"url": "/last"},
        bodies=[b"<html>"],
        thresholds={"http_req_failed{error_kind:extract}": "rate<1"},
    )
    assert urls(done) == ["/0", "/last"]
    assert done.rate("http_req_failed", error_kind="extract") == (2, 2)
    assert done.rate("http_req_failed") == (2, 3)
    assert done.total("iterations") == 1
    assert done.causes == {
        ("checks", "r0", "extract: token: the body is not JSON but markup"): 1,
        ("transport", "r1", "extract: variable 'token' has no value"): 1,
    }


def test_no_request_goes_out_with_the_value_of_an_earlier_response(run_requests):
    done = run_requests(
        {"extract": [TOKEN]}, {"url": "/use/${token}"}, bodies=[{"token": 1}, {}, {}, {}], iterations=2
    )
    assert urls(done) == ["/0", "/use/1", "/0"]


def test_values_live_until_they_are_overwritten(run_requests):
    done = run_requests(
        {"url": "/${token}", "extract": [TOKEN]},
        bodies=[{"token": 1}, {"token": 2}],
        iterations=3,
        variables={"token": "first"},
    )
    assert urls(done)[:2] == ["/first", "/1"]


def test_the_plan_s_variable_stands_in_again_after_a_failed_extraction(run_requests):
    done = run_requests(
        {"url": "/${token}", "extract": [TOKEN]},
        bodies=[{"token": 1}, {}],
        iterations=3,
        variables={"token": "v"},
    )
    assert urls(done) == ["/v", "/1", "/v"]


def test_where_no_response_came_the_transport_says_it_all(run_requests):
    done = run_requests(
        {"extract": [TOKEN, {**TOKEN, "name": "other", "default": "d"}]},
        {"url": "/${other}"},
        bodies=[Answer(status=0, error_kind="timeout")],
        thresholds={"http_req_failed{error_kind:timeout}": "rate<1"},
    )
    assert done.rate("http_req_failed", error_kind="timeout") == (1, 1)
    assert done.causes == {("transport", "r0", "timeout: made by the rule: timeout"): 1}
    assert urls(done) == ["/0", "/d"]


def test_an_unexpected_status_and_a_failed_extraction_are_both_told(run_requests):
    done = run_requests({"extract": [TOKEN]}, bodies=[Answer(status=500, body=b"{}")])
    assert done.rate("http_req_failed") == (1, 1)
    assert done.causes == {
        ("status", "r0", "500"): 1,
        ("checks", "r0", "extract: token: nothing matches $.token"): 1,
    }


@pytest.mark.parametrize(
    ("entry", "body", "passed"),
    [
        (chain(check={"equals": "t"}), {"token": "t"}, True),
        (chain(check={"equals": "t"}), {"token": "u"}, False),
        (chain(check={"equals": "${vars.wanted}"}), {"token": "w"}, True),
        (chain(check={"not_empty": True}), {"token": ""}, False),
        (chain(check={"equals": "d"}, default="d"), {}, True),
        (chain(check={"equals": "t"}, default="d"), {}, False),
        (chain(check={"equals": "${nothing}"}), {"token": "t"}, False),
    ],
)
def test_a_check_of_a_chain_counts_and_fails_the_request(entry, body, passed, run_requests):
    done = run_requests(
        {"extract": [entry]},
        bodies=[body],
        variables={"wanted": "w"},
        thresholds={"http_req_failed{error_kind:extract}": "rate<1"},
    )
    assert done.rate("checks") == (int(passed), 1)
    assert done.rate("http_req_failed") == (int(not passed), 1)
    assert done.rate("http_req_failed", error_kind="extract") == ((0, 0) if passed else (1, 1))


def test_a_failed_check_has_its_name_and_leaves_the_value(run_requests):
    done = run_requests(
        {"extract": [chain(check={"one_of": ["a", "b"]})]}, {"url": "/${token}"}, bodies=[{"token": "c"}]
    )
    assert done.causes == {("checks", "r0", "token is one of 'a', 'b'"): 1}
    assert urls(done) == ["/0", "/c"]


def test_a_check_without_a_value_fails_too(run_requests):
    done = run_requests({"extract": [chain(check={"not_empty": True})]}, bodies=[{}])
    assert done.rate("checks", check="token is not empty", group="") == (0, 1)
    assert done.causes == {
        ("checks", "r0", "extract: token: nothing matches $.token"): 1,
        ("checks", "r0", "token is not empty"): 1,
    }


@pytest.mark.parametrize(
    ("on_failure", "requests", "iterations"),
    [("continue", 6, 3), ("abort_iteration", 3, 3), ("abort_scenario", 1, 1), ("abort_test", 1, 1)],
)
def test_what_a_failed_check_of_a_chain_ends(on_failure, requests, iterations, run_requests):
    check = {"not_empty": True, "on_failure": on_failure}
    done = run_requests({"extract": [chain(check=check)]}, {}, iterations=3)
    assert len(done.handler.sent) == requests
    assert done.total("iterations") == iterations
    if on_failure == "abort_test":
        assert done.engine.stop_signal.reason == "check of an extraction failed in 'r0': token is not empty"


def test_the_reason_of_a_condition_stands_behind_its_name(run_requests):
    condition = {"type": "jsonpath", "expression": "$.a"}
    done = run_requests(
        {"assert": [condition], "checks": [{**condition, "name": "has an a"}]}, bodies=[b"<a>"]
    )
    assert done.causes == {
        ("checks", "r0", "assert: jsonpath $.a is there (the body is not JSON but markup)"): 1,
        ("checks", "r0", "has an a (the body is not JSON but markup)"): 1,
    }
    assert done.rate("checks", check="has an a", group="") == (0, 1)


def test_the_first_reason_to_end_is_kept(run_requests):
    done = run_requests(
        {
            "extract": [chain(check={"not_empty": True, "on_failure": "abort_scenario"})],
            "assert": [{"type": "status", "equals": 1, "on_failure": "abort_test"}],
        },
        iterations=3,
    )
    assert done.total("iterations") == 1
    assert done.engine.stop_signal.reason is None


@pytest.fixture
def plugins(monkeypatch):
    """Put classes in the place of installed extractors and assertions."""

    def put(extractors=None, assertions=None):
        monkeypatch.setattr("loadr_core.compiler.responses.load_extractor", (extractors or {}).__getitem__)
        monkeypatch.setattr("loadr_core.compiler.responses.load_assertion", (assertions or {}).__getitem__)

    return put


def words(content, options):
    return [word for word in content.text.split() if word.startswith(options["start"])]


@pytest.mark.parametrize(
    ("index", "value"), [("first", "pear"), ("last", "plum"), ("all", '["pear","plum"]')]
)
def test_a_plugin_finds_and_the_plan_chooses(index, value, plugins, run_requests):
    plugins(extractors={"words": fake_extractor(words)}, assertions={"fine": fake_assertion(lambda *_: True)})
    entry = {"type": "plugin", "plugin": "words", "name": "v", "start": "p", "index": index}
    done = run_requests(
        {"extract": [entry], "checks": [{"type": "plugin", "plugin": "fine"}]},
        {"url": "/${v}"},
        bodies=[b"a pear and a plum"],
    )
    assert urls(done) == ["/0", f"/{value}"]
    assert done.rate("checks", check="the rule holds", group="") == (1, 1)


@pytest.mark.parametrize(("keys", "reason"), [({}, "words finds nothing"), ({"default": "d"}, None)])
def test_a_plugin_that_finds_nothing(keys, reason, plugins, run_requests):
    plugins(extractors={"words": fake_extractor(words)})
    done = run_requests(
        {"extract": [{"type": "plugin", "plugin": "words", "name": "v", "start": "z", **keys}]},
        bodies=[b"a pear"],
    )
    assert done.causes == ({} if reason is None else {("checks", "r0", f"extract: v: {reason}"): 1})


def test_a_bug_of_a_plugin_fails_its_request_which_is_measured_all_the_same(plugins, run_requests):
    def broken(content, options):
        raise ZeroDivisionError(content.text)

    plugins(extractors={"x": fake_extractor(broken)}, assertions={"x": fake_assertion(broken)})
    done = run_requests(
        {
            "extract": [{"type": "plugin", "plugin": "x", "name": "v"}],
            "checks": [{"type": "plugin", "plugin": "x"}],
        },
        {},
        bodies=[b"secret"],
    )
    assert done.total("fake_reqs") == 2
    assert done.rate("http_req_failed") == (1, 2)
    assert done.total("vu_exceptions") == 0
    assert done.causes == {
        ("checks", "r0", "extract: v: the plugin x failed with ZeroDivisionError"): 1,
        ("checks", "r0", "the rule holds (the plugin x failed with ZeroDivisionError)"): 1,
    }
