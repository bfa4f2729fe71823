"""k6's scripts with `k6/net/grpc`, run by k6 and by loadr against the same server: the same checks and counts.

What may differ, with its reason, stands in `ALLOWED`. Of trends the count is compared. What the scripts leave out,
because it differs on purpose, stands in `DIFFERENT`.
"""

from pathlib import Path

import pytest

from loadr_testing.demo_target import DemoTargetProcess

pytestmark = pytest.mark.process

SCRIPTS = sorted((Path(__file__).parent / "grpc").glob("*.js"))

# Metrics of gRPC that k6 does not have.
OURS = {"grpc_reqs", "grpc_req_failed"}

_CUT_OFF = "k6 1.1 loses the sample of a call that its deadline cut off"
ALLOWED = {
    # script: {metric: reason}
    "unary.js": {
        "grpc_req_duration": _CUT_OFF,
        **{
            f"grpc_req_duration{{{tag}}}": _CUT_OFF
            for tag in (
                "method:GetProduct",
                "service:shop.v1.Shop",
                "name:/shop.v1.Shop/GetProduct",
                "url:ADDRESS/shop.v1.Shop/GetProduct",
                "scenario:default",
            )
        },
    },
    "streams.js": {
        "grpc_req_duration": _CUT_OFF,
        "grpc_req_duration{status:1}": "k6 leaves a stream open whose message did not fit",
    },
    "reflection.js": {
        "grpc_req_duration": "k6 counts a question of reflection that the server does not know"
    },
    "mistakes.js": {"grpc_req_duration": "loadr counts a call that was not sent, for what its metadata were"},
}


DIFFERENT = {
    "typeof response.status": "objects in k6 1.1, which equal the constants of the module alone; numbers in loadr",
    "the words behind an unknown method": "loadr adds what may have been meant",
    "a server that does not speak TLS": "k6 tries again until the timeout, loadr tells it at once",
    "connect's authority, healthCheck": "k6 has them since later versions, 1.1 throws",
}


@pytest.fixture(scope="module")
def address():
    with DemoTargetProcess() as process:
        yield process.url.removeprefix("http://")


def checks_of(data):
    return {check["name"]: (check["passes"], check["fails"]) for check in data["root_group"]["checks"]} | {
        (group["name"], check["name"]): (check["passes"], check["fails"])
        for group in data["root_group"]["groups"]
        for check in group["checks"]
    }


def counts_of(data, script, address):
    allowed = ALLOWED.get(script, {})
    counts = {
        name.replace(address, "ADDRESS"): metric["values"]["count"]
        for name, metric in data["metrics"].items()
        if name.startswith(("grpc_", "iterations")) and "count" in metric["values"]
    }
    # What never happens is no metric in loadr.
    return {
        name: count for name, count in counts.items() if count and name not in allowed | dict.fromkeys(OURS)
    }


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_loadr_and_k6_agree(script, address, both):
    (code, ours), (their_code, theirs) = both(script, {"ADDRESS": address})
    assert checks_of(ours) == checks_of(theirs)
    assert all(fails == 0 for _, fails in checks_of(ours).values())
    assert counts_of(ours, script.name, address) == counts_of(theirs, script.name, address)
    assert code == their_code == 0
