"""What HTTP does for a plan, through real processes: credentials that stay secret, hops in the summary."""

import asyncio
import json

import pytest

from loadr_testing.servers import ReadRequest, ScriptedServer, Send

pytestmark = pytest.mark.process

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
PASSWORD = "hunter-22&x"  # what a URL and a Base64 text both change


async def test_credentials_reach_the_target_and_nobody_else(plans, run, step):
    async with ScriptedServer([ReadRequest(), Send(OK)] * 4) as proxy:
        document = {
            "secrets": {"password": {"env": "PASSWORD"}, "escaped": {"env": "ESCAPED"}},
            "defaults": {
                "http": {
                    "proxy": f"http://user:${{secrets.escaped}}@127.0.0.1:{proxy.port}",
                    "auth": {"type": "basic", "username": "ann", "password": "${secrets.password}"},
                }
            },
        }
        flow = [
            step("http://shop.test/a"),
            step("http://shop.test/b", auth={"type": "bearer", "token": "${secrets.password}"}),
            step("http://shop.test/c", auth={"type": "none"}),
            step("https://127.0.0.1:1/"),
        ]
        plan = plans.one(*flow, rest=document)
        words = ("-e", f"PASSWORD={PASSWORD}", "-e", "ESCAPED=hunter-22%26x")
        done, result = await asyncio.to_thread(run, plan, *words)
        heads = [request.head.decode() for request in proxy.requests]
    assert "\r\nAuthorization: Basic YW5uOmh1bnRlci0yMiZ4\r\n" in heads[0]
    assert f"\r\nAuthorization: Bearer {PASSWORD}\r\n" in heads[1]
    assert "\r\nAuthorization:" not in heads[2]
    assert heads[3].startswith("CONNECT 127.0.0.1:1 HTTP/1.1\r\n")
    assert all("\r\nProxy-Authorization: Basic dXNlcjpodW50ZXItMjImeA==\r\n" in head for head in heads)
    said = f"{done.stdout}{done.stderr}{json.dumps(result.document)}"
    assert done.code == 0, done
    for shape in ("hunter", "aHVudGVy", "YW5uOmh1", "dXNlcjpodW50"):
        assert shape not in said


def test_every_hop_is_a_request_in_the_summary(plans, run, step):
    document = {"thresholds": {"http_reqs{status:302}": "count==4", "http_req_failed": "rate==0"}}
    done, result = run(
        plans.one(step("/redirect/2", name="moved", expected_statuses=[200]), iterations=2, rest=document)
    )
    assert done.code == 0, done
    assert result.total("http_reqs", name="moved") == 6


def test_one_redirect_too_many_is_told(plans, run, step, target):
    done, result = run(
        plans.one(
            step("/redirect/3", name="moved"), rest={"http": {"base_url": target.url, "max_redirects": 1}}
        )
    )
    (failure,) = result.summary.failures.transport
    assert failure.cause.endswith("more than 1 redirects"), done
    assert failure.cause.startswith("protocol: 127.0.0.1:")


def test_bodies_beyond_a_size_are_not_sent(plans, run, step, target):
    rest = {"http": {"base_url": target.url, "max_request_size": "1kB"}, "variables": {"half": "x" * 500}}
    say = step(
        "/echo",
        name="say",
        body="${said}${vars.half}",
        extract=[{"type": "jsonpath", "name": "said", "expression": "$.body", "default": ""}],
    )
    told = "the body of 1,500 bytes is longer than max_request_size, 1,000 bytes"
    begin = step("/json", extract=[{"type": "jsonpath", "name": "said", "expression": "$.no", "default": ""}])
    target.count()
    done, result = run(plans.one(begin, say, say, say, rest=rest))
    assert done.code == 0, done
    assert target.count() == 3
    assert told in " ".join(done.stdout.split())
    assert result.metric("http_req_failed").agg.count == 4
    rest = {"http": {"base_url": target.url, "max_request_size": 1000}}
    done, _ = run(plans.one(step("/echo", body="x" * 1500), rest=rest))
    assert done.code != 0
    assert told in " ".join(done.stderr.split())
    assert target.count() == 0
