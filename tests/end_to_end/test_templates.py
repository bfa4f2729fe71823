"""What a plan's templates become on the wire, byte by byte."""

import asyncio
import json

import pytest

from loadr_testing.servers import ReadRequest, ScriptedServer, Send

pytestmark = pytest.mark.process

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def head_of(recorded):
    line, *fields = recorded.head.decode().rstrip("\r\n").split("\r\n")
    pairs = [field.split(": ", 1) for field in fields]
    return line, {name.lower(): value for name, value in pairs}


async def test_templates_arrive_rendered(plans, run, step):
    async with ScriptedServer([ReadRequest(), Send(OK)] * 20) as server:
        flow = (
            step(
                "/${vars.place}/${vu}/${iteration}?mode=${env.MODE}",
                headers={"X-Vu": "vu ${vu}", "X-Literal": "$${vu}", "X-Scenario": "${scenario}"},
                params={"q": "a b&${iteration}", "e": "é"},
            ),
            step("/raw", method="PUT", body="${vars.greeting}, ${env.MODE}"),
            step(
                "/json",
                body={"json": {"n": "${iteration}", "s": "no. ${vu}", "l": [1, None, "${vars.seven}"]}},
            ),
            step("/form", body={"form": {"a b": "${vars.place}&", "vu": "${vu}"}}),
        )
        document = {
            "http": {"base_url": server.url, "headers": {"X-Default": "${env.MODE}/${vu}"}},
            "variables": {"place": "here", "greeting": "hello from ${env.MODE}", "seven": "7"},
            "scenarios": {
                "main": {"executor": "per-vu-iterations", "vus": 2, "iterations": 2, "flow": list(flow)}
            },
        }
        plan = plans.document(document)
        done, _ = await asyncio.to_thread(run, plan, "-e", "MODE=test")
    assert done.code == 0, done
    assert server.connections == 2

    by_vu = {}
    for recorded in server.requests:
        line, headers = head_of(recorded)
        by_vu.setdefault(headers["x-default"], []).append((line, headers, recorded.body))
    assert by_vu.keys() == {"test/1", "test/2"}
    for vu in (1, 2):
        assert len(by_vu[f"test/{vu}"]) == 8
        for iteration in (0, 1):
            first, raw, document, form = by_vu[f"test/{vu}"][4 * iteration :][:4]
            assert first[0] == f"GET /here/{vu}/{iteration}?mode=test&q=a%20b%26{iteration}&e=%C3%A9 HTTP/1.1"
            assert first[1]["x-vu"] == f"vu {vu}"
            assert first[1]["x-literal"] == "${vu}"
            assert first[1]["x-scenario"] == "main"
            assert (raw[0], raw[2]) == ("PUT /raw HTTP/1.1", b"hello from test, test")
            assert document[0] == "POST /json HTTP/1.1"
            assert document[1]["content-type"] == "application/json"
            assert json.loads(document[2]) == {"n": iteration, "s": f"no. {vu}", "l": [1, None, 7]}
            assert form[1]["content-type"] == "application/x-www-form-urlencoded"
            assert form[2] == f"a+b=here%26&vu={vu}".encode()


def test_request_names_are_templates_and_urls_are_pooled(plans, run, step):
    plan = plans.one(step("/bytes/${iteration}"), step("/json", name="by ${vu}"), vus=2, iterations=2)
    done, result = run(plan)
    assert done.code == 0, done
    assert result.total("http_reqs", name="/bytes/${iteration}") == 4
    assert result.total("http_reqs", name="by 1") == result.total("http_reqs", name="by 2") == 2


def test_a_request_without_a_value_to_send_fails_alone(plans, run, target, step):
    done, result = run(plans.one(step("/echo", body="${never_set}"), step("/json"), iterations=2))
    assert done.code == 0, done
    assert target.count() == 2
    assert (result.metric("http_req_failed").agg.sum, result.metric("http_req_failed").agg.count) == (2, 4)
    (failure,) = result.summary.failures.transport
    assert (failure.cause, failure.count) == ("extract: variable 'never_set' has no value", 2)
