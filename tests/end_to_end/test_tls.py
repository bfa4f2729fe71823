"""TLS: whom a plan trusts."""

import asyncio

import pytest

from loadr_testing.demo_target import DemoTarget
from loadr_testing.servers import LoopbackAuthority

pytestmark = pytest.mark.process

TRUST = {
    "nobody": ({}, "tls"),
    "a CA file beside the plan": ({"ca_file": "ca.pem"}, None),
    "everybody": ({"insecure_skip_verify": True}, None),
}


@pytest.mark.parametrize(("trust", "error_kind"), TRUST.values(), ids=TRUST)
async def test_certificates_are_checked_as_the_plan_says(trust, error_kind, plans, run, step, tmp_path):
    authority = LoopbackAuthority()
    authority.write_ca_file(tmp_path)
    async with DemoTarget(ssl_context=authority.server_context()) as target:
        flow = [step("/json", checks=[{"type": "status", "equals": 200}])]
        plan = plans.document(
            {
                "http": {"base_url": target.url, "tls": trust},
                "scenarios": {
                    "s": {"executor": "per-vu-iterations", "vus": 2, "iterations": 3, "flow": flow}
                },
            }
        )
        done, result = await asyncio.to_thread(run, plan)
        assert done.code == 0, done
        if error_kind is None:
            assert result.metric("http_req_failed").agg.rate == 0
            assert result.metric("http_req_tls_handshaking").agg.max > 0
            assert target.requests == 6
        else:
            assert result.metric("http_req_failed").agg.rate == 1
            causes = [failure.cause for failure in result.summary.failures.transport]
            assert causes
            assert all(cause.startswith(f"{error_kind}: ") for cause in causes)
            assert target.requests == 0
