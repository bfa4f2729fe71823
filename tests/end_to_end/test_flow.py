"""Every step of a flow, as a user runs it: told by the requests that the target was sent."""

import pytest

pytestmark = pytest.mark.process


@pytest.fixture
def counts(plans, run, step):
    """Run a flow on two VUs; how many requests of each name were sent."""

    def running(*flow, iterations=1, rest=None):
        plan = plans.one(*flow, vus=2, iterations=iterations, rest=rest)
        done, result = run(plan)
        assert done.code == 0, done
        named = {
            metric.tags["name"]: metric
            for metric in result.summary.metrics
            if set(metric.tags) == {"name"} and metric.metric == "http_reqs"
        }
        return {name: metric.agg.sum for name, metric in named.items()}, result

    return running


def test_loops_and_decisions(counts, step):
    page = {"url": "/json"}

    def get(name, url="/json"):
        return {"request": {**page, "name": name, "url": url}}

    sent, result = counts(
        {"repeat": {"times": 3, "counter": "turn", "steps": [get("repeat ${turn}")]}},
        {"foreach": {"items": [1, 20], "var": "id", "steps": [get("foreach ${id}", "/products/${id}")]}},
        {"while": {"condition": "${turn} == 2", "max_iterations": 4, "steps": [get("while")]}},
        {"during": {"duration": "100ms", "steps": [get("during", "/delay/60")]}},
        {"if": {"condition": "${vu} == 1 and '${id}' == '20'", "then": [get("then")], "else": [get("else")]}},
        {"switch": {"value": "${id}", "cases": {"20": [get("twenty")]}, "default": [get("default")]}},
        {
            "random": {
                "strategy": "round_robin",
                "choices": [{"name": "a", "steps": [get("a")]}, {"name": "b", "steps": [get("b")]}],
            }
        },
        rest={"thresholds": {"http_reqs{branch:a}": "count==1", "http_reqs{branch:b}": "count==1"}},
    )
    during = sent.pop("during")
    assert 2 <= during <= 4
    assert sent == {
        "repeat 0": 2,
        "repeat 1": 2,
        "repeat 2": 2,
        "foreach 1": 2,
        "foreach 20": 2,
        "while": 8,
        "then": 1,
        "else": 1,
        "twenty": 2,
        "a": 1,
        "b": 1,
    }
    assert result.iterations == 2


def test_retries_branches_and_meetings(counts, step):
    def meet(name):
        return {"rendezvous": {"name": name, "users": 2, "timeout": "50s"}}

    sent, result = counts(
        {"retry": {"times": 3, "backoff": "1ms", "steps": [step("/status/500", name="bad")]}},
        {"retry": {"times": 9, "until": "${attempt} == 1", "steps": [step("/json", name="until")]}},
        # Only branches that run at once can meet, and only VUs that run at once.
        {
            "if": {
                "condition": "${vu} == 1",
                "then": [
                    {
                        "parallel": {
                            "branches": [
                                [meet("inside"), step("/json", name="left")],
                                [meet("inside"), step("/delay/20", name="right")],
                            ]
                        }
                    }
                ],
            }
        },
        meet("outside"),
        step("/json", name="after"),
    )
    assert sent == {"bad": 6, "until": 4, "left": 1, "right": 1, "after": 2}
    assert result.summary.failures.exceptions == []


def test_a_missed_rendezvous_is_told(plans, run, step):
    alone = {
        "if": {
            "condition": "${vu} == 1",
            "then": [{"rendezvous": {"name": "gate", "users": 2, "timeout": "20ms"}}],
        }
    }
    done, result = run(plans.one(alone, step("/json"), vus=2))
    assert done.code == 0, done
    (missed,) = result.summary.failures.exceptions
    assert (missed.name, missed.cause, missed.count) == (
        "scenarios.main.flow[0].if.then[0].rendezvous",
        "RendezvousTimeout",
        1,
    )
    assert result.total("vu_exceptions") == 1
    assert result.iterations == 2


@pytest.mark.parametrize(
    ("reach", "code", "sent"), [("abort_iteration", 0, 3), ("abort_scenario", 0, 1), ("abort_test", 108, 1)]
)
def test_an_abort_deep_in_a_flow(reach, code, sent, plans, run, step, target):
    failing = step("/json", **{"assert": [{"type": "status", "equals": 1, "on_failure": reach}]})
    deep = {
        "retry": {
            "times": 3,
            "steps": [{"parallel": {"branches": [[{"repeat": {"times": 2, "steps": [failing]}}]]}}],
        }
    }
    plan = plans.one({"group": {"name": "g", "steps": [deep]}}, step("/never"), iterations=3)
    target.count()
    done, result = run(plan)
    assert done.code == code, done
    assert target.count() == sent
    assert result.iterations == sent


def test_a_wrong_expression_is_shown_at_its_column(plans, loadr):
    plan = plans.text(
        "scenarios:\n"
        "  main:\n"
        "    executor: per-vu-iterations\n"
        "    vus: 1\n"
        "    iterations: 1\n"
        "    flow:\n"
        "      - while:\n"
        '          condition: "${page} < five"\n'
        "          steps: []\n"
    )
    done = loadr("run", plan)
    assert done.code == 1
    assert "plan.yaml:8:33" in done.stderr
    assert '"five" is no value' in done.stderr
    assert "a text is written 'five', a variable ${five}" in done.stderr


def test_one_flow_over_several_workers(plans, run, step, target):
    """A rendezvous and an abort are the whole run's; choices follow the seed whatever the number of workers."""
    choice = {
        "random": {
            "strategy": "uniform",
            "choices": [
                {"name": name, "steps": [step("/json", name=f"branch {name}")]} for name in ("a", "b", "c")
            ],
        }
    }
    meet = {"rendezvous": {"name": "gate", "users": 4, "timeout": "50s"}}
    plan = plans.one({"parallel": {"branches": [[choice], [choice]]}}, meet, vus=4, iterations=8)
    chosen = []
    for workers in (1, 2):
        done, result = run(plan, "--workers", workers, "--seed", 7)
        assert done.code == 0, done
        assert result.summary.failures.exceptions == []
        chosen.append([result.total("http_reqs", name=f"branch {name}") for name in ("a", "b", "c")])
    assert chosen[0] == chosen[1]
    assert sum(chosen[0]) == 64


@pytest.mark.parametrize(
    ("reach", "code", "others"), [("abort_scenario", 0, True), ("abort_test", 108, False)]
)
def test_an_abort_in_one_worker_reaches_the_others(reach, code, others, plans, run, step):
    failing = step("/json", **{"assert": [{"type": "status", "equals": 1, "on_failure": reach}]})
    deep = {"retry": {"steps": [{"parallel": {"branches": [[failing], [step("/delay/1")]]}}]}}
    only_the_last = {
        "if": {"condition": "${vu} == 4", "then": [deep], "else": [step("/delay/5", name="else")]}
    }
    endless = {"executor": "constant-vus", "vus": 4, "duration": "50s", "flow": [only_the_last]}
    other = {"executor": "constant-vus", "vus": 1, "duration": "1s", "flow": [step("/delay/5", name="other")]}
    done, result = run(plans.document({"scenarios": {"main": endless, "other": other}}), "--workers", 2)
    assert done.code == code, done
    assert result.summary.duration_secs < 40
    assert (result.total("http_reqs", name="other") > 20) is others
