import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_cli.quick_plan import QuickRequest, quick_document, split_header, url_problem
from loadr_config import load_plan
from loadr_config.dump import data_to_yaml

URL = "http://127.0.0.1:8080/"

SCHEDULES = {
    "nothing said": ({}, {"executor": "constant-vus", "vus": 50, "duration": "10s"}),
    "-z": ({"duration": 90.0, "connections": 4}, {"executor": "constant-vus", "vus": 4, "duration": "1m30s"}),
    "-n": (
        {"requests": 200},
        {"executor": "shared-iterations", "vus": 50, "iterations": 200, "max_duration": "24h"},
    ),
    "-n below -c": (
        {"requests": 3, "duration": 2.0},
        {"executor": "shared-iterations", "vus": 3, "iterations": 3, "max_duration": "2s"},
    ),
    "--rate": ({"rate": 20.0}, {"rate": 20, "duration": "10s"}),
    "--rate -z": ({"rate": 0.5, "duration": 3.0}, {"rate": 0.5, "duration": "3s"}),
    "--rate -n": ({"rate": 20.0, "requests": 50}, {"rate": 20, "duration": "2.5s"}),
    "--rate -n -z": ({"rate": 20.0, "requests": 50, "duration": 1.0}, {"rate": 20, "duration": "1s"}),
}
POOL = {
    "executor": "constant-arrival-rate",
    "pre_allocated_vus": 50,
    "max_vus": 50,
    "when_busy": "wait",
}


@pytest.mark.parametrize(("asked", "expected"), SCHEDULES.values(), ids=SCHEDULES)
def test_the_schedule(asked, expected):
    scenario = quick_document(QuickRequest(URL, **asked))["scenarios"]["quick"]
    del scenario["flow"]
    assert scenario == ({**POOL, **expected} if "rate" in asked else expected)


REQUESTS = {
    "nothing said": ({}, {"url": URL}),
    "-m": ({"method": "DELETE"}, {"url": URL, "method": "DELETE"}),
    "-H": ({"headers": (("X-A", "1"), ("x-b", ""))}, {"url": URL, "headers": {"X-A": "1", "x-b": ""}}),
    "-d": ({"body": "{}"}, {"url": URL, "body": "{}"}),
    "an empty body is one": ({"body": ""}, {"url": URL, "body": ""}),
    "-D": ({"body_file": "a.bin"}, {"url": URL, "body": {"file": "a.bin"}}),
}


@pytest.mark.parametrize(("asked", "expected"), REQUESTS.values(), ids=REQUESTS)
def test_the_request(asked, expected):
    document = quick_document(QuickRequest(URL, **asked))
    assert document["scenarios"]["quick"]["flow"] == [{"request": expected}]


DEFAULTS = {
    "nothing said": ({}, {}),
    "--http2 in the clear": ({"http2": True}, {"version": "http2-prior-knowledge"}),
    "--http2 over TLS": ({"url": "HTTPS://h/", "http2": True}, {"version": "http2"}),
    "-k": ({"insecure": True}, {"tls": {"insecure_skip_verify": True}}),
    "--timeout": ({"timeout": 0.25}, {"timeout": "250ms"}),
}


@pytest.mark.parametrize(("asked", "expected"), DEFAULTS.values(), ids=DEFAULTS)
def test_the_defaults(asked, expected):
    document = quick_document(QuickRequest(**{"url": URL, **asked}))
    assert document["defaults"]["http"] == {"discard_response_bodies": True, **expected}


def test_a_request_may_take_its_whole_time_at_the_end_as_well():
    scenario = quick_document(QuickRequest(URL, timeout=60.0))["scenarios"]["quick"]
    assert scenario["graceful_stop"] == "1m"


NAMES = {
    "GET": ({}, f"GET {URL}"),
    "POST": ({"body": "x"}, f"POST {URL}"),
    "as given": ({"method": "put", "body": "x"}, f"put {URL}"),
    "nobody's password": ({"url": "http://ann:s3cret@h/x@y"}, "GET http://h/x@y"),
    "no template": ({"url": "http://h/${iteration}"}, "GET http://h/{iteration}"),
}


@pytest.mark.parametrize(("asked", "name"), NAMES.values(), ids=NAMES)
def test_the_name(asked, name):
    assert quick_document(QuickRequest(**{"url": URL, **asked}))["name"] == name


def _loads(asked):
    return load_plan("quick.yaml", text=data_to_yaml(quick_document(asked)), environment={})


@given(
    st.builds(
        QuickRequest,
        url=st.just(URL),
        connections=st.integers(1, 10_000),
        duration=st.none() | st.floats(0.001, 1e6),
        requests=st.none() | st.integers(1, 10**9),
        rate=st.none() | st.floats(0.01, 1e6),
        headers=st.just((("X-Any", "a: b #c"),)),
        method=st.none() | st.sampled_from(["PUT", "patch"]),
        body=st.none() | st.text(st.characters(blacklist_characters="$", blacklist_categories=["Cs"])),
        http2=st.booleans(),
        timeout=st.none() | st.floats(0.001, 1e5),
        insecure=st.booleans(),
    )
)
def test_every_plan_loads_without_a_finding(asked):
    loaded = _loads(asked)
    assert loaded.diagnostics == ()
    request = loaded.require().scenarios["quick"].flow[0].request
    assert request.body == asked.body


PROBLEMS = {
    "localhost:8080/x": "http://localhost:8080/x",
    "127.0.0.1": "http://127.0.0.1",
    "[::1]:80/": "http://[::1]:80/",
    "target/a": "http://target/a",
    "example.com/a?b=http://c": "https://example.com/a?b=http://c",
    "example.com:8080": "http://example.com:8080",
    "localhost:8443": "https://localhost:8443",
    "http:/h/x": "http://h/x",
    "https:h": "https://h",
    "http//h/x": "http://h/x",
    "http:8080/x": "http://http:8080/x",
    "//h/x": "http://h/x",
    "htp://h/": "http://h/",
    "HTTPX://h/": "http://h/",
}


@pytest.mark.parametrize(("url", "meant"), PROBLEMS.items(), ids=PROBLEMS)
def test_a_url_without_a_scheme_is_told_what_was_meant(url, meant):
    message, hint = url_problem(url)
    assert hint == f"did you mean {meant}?"
    assert url in message


@pytest.mark.parametrize("url", ["ws://h/", "http://", "http://[::1", "https:///path"])
def test_other_urls_are_refused_with_help(url):
    message, hint = url_problem(url)
    assert url in message
    assert hint


@pytest.mark.parametrize("url", [URL, "HTTPS://h", "http://[::1]:80/a?b#c", "http://h/${iteration}"])
def test_urls_that_can_be_loaded(url):
    assert url_problem(url) is None


HEADERS = {
    "A: b": ("A", "b"),
    "A:b:c": ("A", "b:c"),
    "A:": ("A", ""),
    "A": None,
    ": b": None,
}


@pytest.mark.parametrize(("text", "header"), HEADERS.items(), ids=HEADERS)
def test_headers(text, header):
    assert split_header(text) == header
