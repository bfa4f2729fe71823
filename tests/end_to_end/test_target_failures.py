"""What the target does wrong is counted by its cause; the run goes on."""

import pytest

from loadr_testing.servers import refused_port

pytestmark = pytest.mark.process

KINDS = {
    "refused": "connection_refused",
    "reset": "connection_reset",
    "closed": "connection_reset|connection|protocol",
    "truncated": "connection_reset|connection|protocol",
    "timeout": "timeout",
    "malformed": "protocol",
    "dns": "dns",
}


@pytest.fixture
def faults(target):
    with refused_port() as port:
        yield {
            "refused": f"http://127.0.0.1:{port}/",
            "reset": f"{target.url}/fault/reset",
            "closed": f"{target.url}/fault/close",
            "truncated": f"{target.url}/fault/truncated",
            "timeout": f"{target.url}/fault/stall",
            "malformed": f"{target.url}/fault/malformed",
            "dns": "http://no-such-host.invalid/",
        }


def test_each_cause_is_counted_under_its_kind(faults, plans, run, step):
    thresholds = {"http_req_failed{scenario:healthy}": "rate==0"}
    for name, kinds in KINDS.items():
        thresholds[f"http_req_failed{{name:{name}}}"] = "rate==1"
        for kind in kinds.split("|"):
            thresholds[f"http_reqs{{name:{name},error_kind:{kind}}}"] = "count==2"
    timeouts = {"timeout": {"timeout": "200ms"}}
    scenario = {"executor": "per-vu-iterations", "vus": 1, "iterations": 2}
    scenarios = {
        name: {**scenario, "flow": [step(url, name=name, **timeouts.get(name, {}))]}
        for name, url in faults.items()
    }
    scenarios["healthy"] = {**scenario, "flow": [step("/json")]}
    done, result = run(plans.document({"scenarios": scenarios, "thresholds": thresholds}))

    assert done.code == 0, done
    assert {s.name: (s.iterations, s.interrupted) for s in result.summary.scenarios} == dict.fromkeys(
        scenarios, (2, 0)
    )
    assert result.total("http_reqs") == result.total("http_req_duration") == 2 * len(scenarios)
    assert result.metric("http_req_failed").agg.sum == 2 * len(faults)
    causes = {}
    for failure in result.summary.failures.transport:
        kind = failure.cause.partition(":")[0]
        causes.setdefault(failure.name, {})[kind] = failure.count
    for name, kinds in KINDS.items():
        ((kind, count),) = causes.pop(name).items()
        assert kind in kinds.split("|"), (name, kind)
        assert count == 2
        verdict = next(
            t for t in result.summary.thresholds if t.metric == f"http_reqs{{name:{name},error_kind:{kind}}}"
        )
        assert not verdict.no_samples
    assert not causes
    assert "connection_refused" in done.stdout


def test_an_unreachable_target_fails_the_run_through_its_thresholds(plans, run, step):
    with refused_port() as port:
        plan = plans.one(
            step(f"http://127.0.0.1:{port}/"),
            executor="constant-vus",
            vus=2,
            duration="500ms",
            rest={"thresholds": {"http_req_failed": "rate<0.01"}, "defaults": {"think_time": _PAUSE}},
        )
        done, result = run(plan)
    assert done.code == 99, done
    assert result.metric("http_req_failed").agg.rate == 1
    assert sum(f.count for f in result.summary.failures.transport) == result.total("http_reqs")


_PAUSE = {"type": "constant", "duration": "20ms"}
