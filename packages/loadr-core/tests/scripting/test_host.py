"""What a script can ask for, asked by a script."""

import asyncio
import gc
from dataclasses import replace

import pytest

from loadr_core.clock import wall_clock
from loadr_core.scripting.shapes import shape_of
from loadr_core.spi import CompileError, InstanceStanding, Sample, ScriptRequest
from loadr_core.spi.standing import NO_RUN
from loadr_testing.fakes import Answer, fake_scripts

THRESHOLDS = {
    "fake_reqs{name:page,team:shop,method:POST,status:201}": "count>0",
    "checks{check:is fast,group:::buy}": "rate>0",
    "orders{scenario:main,kind:book}": "count>0",
}


@pytest.fixture
def run_script(run_plan, scenario):
    """Run a function once; `iterations` times where that is given."""

    def run(function, rule=lambda _request: Answer(), *, measures="fake", executor=None, rest=None, **knobs):
        plan = scenario(
            executor or "per-vu-iterations", [], exec="main", **({} if executor else {"vus": 1}), **knobs
        )
        plan |= {"js": {"script": "code"}, "thresholds": THRESHOLDS, **(rest or {})}
        return run_plan(plan, rule, scripts=fake_scripts(main=function), measures=measures)

    return run


def test_a_request_is_sent_recorded_and_answered(run_script):
    answers = []

    async def main(host, data, context):
        request = ScriptRequest(
            "/order",
            headers=(("X-A", "1"),),
            body=b"{}",
            content_type="application/json",
            name="page",
            tags=(("team", "shop"),),
            expected_statuses=((201, 201),),
        )
        answers.append(await host.request(request))

    done = run_script(main, lambda _: Answer(status=201, body=b"done"))
    (sent,) = done.handler.sent
    assert (sent.url, sent.headers, sent.body) == ("/order", {"X-A": "1"}, b"{}")
    assert (answers[0].status, answers[0].body) == (201, b"done")
    assert done.total("fake_reqs", name="page", team="shop", method="POST", status="201") == 1
    assert done.rate("http_req_failed") == (0, 1)


def test_requests_without_a_name_are_pooled_by_what_is_fixed_in_their_urls(run_script):
    async def main(host, data, context):
        for number in range(3):
            await host.request(ScriptRequest(f"/users/{number}?page={number}"))

    assert run_script(main).total("fake_reqs", name="/users/{id}") == 3


def test_a_request_without_a_name_is_known_by_its_url_and_the_defaults_hold(run_script):
    async def main(host, data, context):
        await host.request(ScriptRequest("/a"))
        await host.request(ScriptRequest("/b"))

    rest = {"defaults": {"http": {"base_url": "fake://target", "headers": {"X-User": "${vu}"}}}}
    done = run_script(main, lambda request: Answer(status=500 if request.url == "/b" else 200), rest=rest)
    assert [request.headers for request in done.handler.sent] == [{"X-User": "1"}] * 2
    assert done.total("fake_reqs", name="/a") == done.total("fake_reqs", name="/b") == 1
    assert done.rate("http_req_failed") == (1, 2)
    assert done.causes == {("status", "/b", "500"): 1}


def test_a_group_of_the_script_tags_what_is_recorded_in_it(run_script):
    async def main(host, data, context):
        outside = host.tags
        host.tags = {**outside, "group": "::buy"}
        await host.request(ScriptRequest("/", name="page"))
        host.check("is fast", passed=True, tags={})
        host.record("counter", "orders", 1, {"kind": "book"})
        host.tags = outside
        await host.request(ScriptRequest("/", name="page"))

    thresholds = {"fake_reqs{group:::buy}": "count>0", "orders{group:::buy}": "count>0"}
    done = run_script(main, iterations=2, rest={"thresholds": thresholds})
    assert done.total("fake_reqs") == 4
    assert done.total("fake_reqs", group="::buy") == done.total("orders", group="::buy") == 2
    assert done.rate("checks", check="is fast", group="::buy") == (2, 2)


def test_every_vu_has_a_session_that_is_closed(run_script):
    async def main(host, data, context):
        await host.request(ScriptRequest("/"))

    done = run_script(main, executor="shared-iterations", vus=3, iterations=9)
    assert done.total("fake_reqs") == 9
    assert sorted(done.handler.closed_sessions) == [1, 2, 3]


def test_a_thousand_urls_and_more_are_all_sent(run_script):
    async def main(host, data, context):
        await host.request(ScriptRequest(f"/item/{context['iteration'] % 1500}", name="item"))

    done = run_script(main, lambda _: Answer(seconds=0.001), iterations=3000)
    assert done.total("fake_reqs", name="item") == 3000


def test_the_bodies_of_requests_that_come_again_are_not_kept(run_script):
    held = []

    async def main(host, data, context):
        await host.request(ScriptRequest("/item", "POST", body=bytes(1000), name="item"))
        held.append(sum(isinstance(one, ScriptRequest) for one in gc.get_objects()))

    done = run_script(main, iterations=50)
    assert done.total("fake_reqs", name="item") == 50
    assert held[-1] <= held[0] + 1


def test_the_throttle_of_the_scenario_applies(run_script):
    async def main(host, data, context):
        await host.request(ScriptRequest("/"))

    done = run_script(main, iterations=5, throttle={"requests_per_second": 4})
    assert [request.at for request in done.handler.sent] == pytest.approx([0, 0.25, 0.5, 0.75, 1.0])


def test_the_first_request_carries_the_delay_of_its_iteration(run_script):
    async def main(host, data, context):
        for _ in range(2):
            await host.request(ScriptRequest("/"))

    knobs = {"rate": 2, "duration": "2s", "pre_allocated_vus": 1, "when_busy": "wait"}
    done = run_script(
        main, lambda _: Answer(seconds=0.5), measures="http", executor="constant-arrival-rate", **knobs
    )
    assert done.trend("http_req_duration").sum == pytest.approx(2_000_000)
    assert done.trend("http_req_corrected_duration").sum == pytest.approx(2_500_000)


def test_what_a_request_took_beside_it_is_recorded(run_script):
    async def main(host, data, context):
        await host.request(ScriptRequest("/"))

    hop = Sample((0.0, 0.5, 0.0, 0.0), 302, "FAKE/1", "GET")
    assert run_script(main, lambda _: Answer(further=(hop,))).total("fake_reqs") == 2


def test_a_request_that_cannot_be_made_is_the_scripts_mistake(run_script):
    raised = []

    async def main(host, data, context):
        with pytest.raises(CompileError) as caught:
            await host.request(ScriptRequest("/"))
        raised.append(str(caught.value))

    rest = {"defaults": {"http": {"base_url": "fake://target", "headers": {"X": "${nothing}"}}}}
    done = run_script(main, rest=rest)
    assert done.handler.sent == []
    assert "nothing" in raised[0]
    assert done.rate("http_req_failed") == (1, 1)


def test_checks_count_with_the_tags_of_the_script(run_script):
    async def main(host, data, context):
        host.check("is fast", passed=context["iteration"] < 2, tags={"group": "::buy"})

    done = run_script(main, iterations=3)
    assert done.rate("checks", check="is fast", group="::buy") == (2, 3)
    assert done.causes == {("checks", "", "is fast"): 1}


def test_values_of_all_kinds_are_recorded_under_their_names(run_script):
    async def main(host, data, context):
        number = context["iteration"]
        host.record("counter", "orders", 2, {"kind": "book"})
        host.record("gauge", "stock", 10 - number, {})
        host.record("rate", "sold", number % 2, {})
        host.record("trend", "basket", 5.0 + number, {})

    done = run_script(main, iterations=4)
    assert done.total("orders") == done.total("orders", scenario="main", kind="book") == 8
    assert done.rate("sold") == (2, 4)
    gauge = done.aggregator.sink(next(view for view, _ in done.aggregator.views() if view.metric == "stock"))
    assert (gauge.last, gauge.min, gauge.max) == (7, 7, 10)
    basket = next(sink for view, sink in done.aggregator.views() if view.metric == "basket")
    assert not basket.time
    assert basket.aggregate(1.0).max == pytest.approx(8.0, rel=1e-3)
    assert basket.aggregate(1.0).count == 4


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (
            ("counter", "http_reqs"),
            ("gauge", "http_reqs"),
            "the metric 'http_reqs' is a counter, not a gauge",
        ),
        (("trend", "mine"), ("rate", "mine"), "the metric 'mine' is a trend, not a rate"),
    ],
    ids=["of loadr", "of the script"],
)
def test_a_metric_keeps_its_kind(first, second, message, run_script):
    async def main(host, data, context):
        host.record(*first, 1, {})
        with pytest.raises(ValueError, match=message):
            host.record(*second, 1, {})

    assert run_script(main).total("iterations") == 1


def test_data_and_variables_are_those_of_the_vu(run_script):
    seen = []

    async def main(host, data, context):
        host.scope.variables["count"] = host.scope.variables.get("count", 0) + 1
        seen.append((host.scope.rows["users"]["name"], host.scope.variables["count"]))

    run_script(
        main,
        iterations=2,
        rest={"data": {"users": {"type": "inline", "rows": [{"name": "ann"}, {"name": "bob"}]}}},
    )
    assert seen == [("ann", 1), ("bob", 2)]


def test_repr_tells_whose_host_it_is(run_script):
    seen = []

    async def main(host, data, context):
        seen.append(repr(host))

    run_script(main)
    assert seen == ["<VuHost of VU 1 in main>"]


def test_what_is_known_of_one_step_is_not_taken_for_another(run_script):
    """The commonest samples are looked up by the very objects; another step has other tags."""

    async def main(host, data, context):
        request, outside = ScriptRequest("/", name="page"), host.tags
        for tags in (outside, {**outside, "group": "::buy"}, outside):
            host.tags = tags
            for _ in range(2):
                await host.request(request)
                host.check("is fast", passed=True, tags={})
                host.record("counter", "orders", 1, {})
        host.tags = outside

    rest = {
        "thresholds": {
            "fake_reqs{group:::buy}": "count>0",
            "checks{group:::buy}": "rate>0",
            "orders{group:::buy}": "count>0",
        }
    }
    done = run_script(main, rest=rest)
    assert done.total("fake_reqs", group="::buy") == 2
    assert done.total("fake_reqs") == 6
    assert done.rate("checks", group="::buy") == (2, 2)
    assert done.total("orders", group="::buy") == 2
    assert done.total("orders") == 6


MANY = 3 * 32


def changing(number):
    return ScriptRequest(
        f"/item/{number}",
        method="POST",
        headers=(("X-Number", str(number)), ("X-Fixed", "f")),
        body=f"<{number}>".encode(),
        content_type="text/plain",
    )


@pytest.mark.parametrize("at_once", [False, True], ids=["in turn", "at once"])
def test_changing_requests_are_sent_as_they_are(run_script, at_once):
    async def main(host, data, context):
        requests = [changing(number) for number in range(MANY)]
        if at_once:
            await asyncio.gather(*map(host.request, requests))
        else:
            for request in requests:
                await host.request(request)
        await host.request(changing(MANY - 1))

    rest = {
        "defaults": {"http": {"base_url": "fake://target", "headers": {"X-User": "${vu}"}}},
        "thresholds": {"fake_reqs{name:/item/{id}}": "count>0"},
    }
    done = run_script(main, lambda _: Answer(), rest=rest)
    assert len(done.handler.sent) == MANY + 1
    for number, sent in enumerate(done.handler.sent[:MANY]):
        assert (sent.url, sent.body) == (f"/item/{number}", f"<{number}>".encode())
        assert sent.headers == {"X-User": "1", "X-Number": str(number), "X-Fixed": "f"}
    assert done.total("fake_reqs", name="/item/{id}") == MANY + 1


def test_changing_requests_are_compiled_a_bounded_number_of_times(run_script):
    async def main(host, data, context):
        for number in range(MANY):
            await host.request(changing(number))

    rest = {"defaults": {"http": {"base_url": "fake://target"}}}
    done = run_script(main, lambda _: Answer(), rest=rest)
    assert len(done.handler.sent) == MANY
    assert done.handler.compiled == 32 + 1


@pytest.mark.parametrize(
    ("change", "shares"),
    [
        ({"url": "/other"}, True),
        ({"body": b"other"}, True),
        ({"headers": (("X-A", "2"),)}, True),
        ({"url": "other://host/"}, False),
        ({"body": None}, False),
        ({"headers": (("X-B", "1"),)}, False),
        ({"tags": (("a", "b"),)}, False),
        ({"timeout": 2.0}, False),
        ({"method": "PUT"}, False),
        ({"keeps_body": False}, False),
        ({"is_judged": False}, False),
        ({"expected_statuses": ((200, 299),)}, False),
        ({"credentials": ("u", "p")}, False),
        ({"max_redirects": 3}, False),
    ],
)
def test_what_requests_may_differ_in_to_share_a_compiled_one(change, shares):
    request = ScriptRequest("/x", method="POST", headers=(("X-A", "1"),), body=b"b")
    assert (shape_of(request) == shape_of(replace(request, **change))) is shares


async def test_a_host_without_a_run_tells_that_nothing_stands():
    assert NO_RUN.instance_standing() == InstanceStanding()
    assert NO_RUN.scenario_standing("main") is None


def test_a_script_sees_where_the_run_stands(run_script):
    seen = []

    async def main(host, data, context):
        await host.sleep(2.5)
        scenario, now = host.scenario_standing(), host.instance_standing()
        seen.append((host.clock.now(), scenario.progress, now))
        assert scenario.began == pytest.approx(wall_clock() - host.clock.now() + 3, abs=60)

    run_script(main, executor="constant-vus", vus=2, duration="5s", start_time="3s")
    # Both users wake at the same moment: neither's iteration has ended when the other one looks.
    first, second = (
        (5.5, 0.5, InstanceStanding(5.5, 0, 0, 2, 2)),
        (8.0, 1.0, InstanceStanding(8.0, 2, 0, 2, 2)),
    )
    assert seen == [first, first, second, second]


def test_progress_counts_iterations_where_their_number_ends_the_scenario(run_script):
    seen = []

    async def main(host, data, context):
        await host.sleep(1)
        seen.append(host.scenario_standing().progress)

    run_script(main, iterations=4)
    assert seen == [0.0, 0.25, 0.5, 0.75]


@pytest.mark.parametrize(
    ("executor", "knobs", "vus"),
    [
        ("constant-vus", {"vus": 3, "duration": "2s"}, 3),
        ("constant-arrival-rate", {"rate": 1, "duration": "2s", "pre_allocated_vus": 5}, 5),
    ],
)
def test_iterations_that_are_cut_off_are_counted(executor, knobs, vus, run_plan):
    seen = []

    async def cut(host, data, context):
        await host.sleep(1.5)
        seen.append(host.instance_standing())
        await host.sleep(60)

    async def after(host, data, context):
        seen.append(host.instance_standing())

    scenarios = {
        "cut": {"executor": executor, "graceful_stop": 0, "exec": "cut", **knobs},
        "after": {"executor": "shared-iterations", "start_time": "9s", "exec": "after"},
    }
    document = {"scenarios": scenarios, "js": {"script": "code"}}
    done = run_plan(document, scripts=fake_scripts(cut=cut, after=after), measures="fake")
    *_, last = seen
    assert last.initialized_vus == vus + 1
    assert (last.completed, last.active_vus) == (0, 1)
    assert last.interrupted == done.total("interrupted_iterations") > 1


@pytest.mark.parametrize("executor", ["per-vu-iterations", "constant-arrival-rate"])
def test_a_request_that_is_not_judged_is_in_no_rate_of_failures(executor, run_script):
    async def main(host, data, context):
        await host.request(ScriptRequest("/", name="page", is_judged=False))

    knobs = {} if executor == "per-vu-iterations" else {"rate": 1, "duration": "0.5s"}
    thresholds = {
        "fake_reqs{expected_response:false}": "count<9",
        "fake_reqs{expected_response:true}": "count<9",
    }
    if executor == "per-vu-iterations":
        knobs["vus"] = 1
    hop = Sample((0.0, 0.001, 1, 1), 302, "fake/1", "GET")
    done = run_script(
        main,
        lambda _: Answer(status=500, further=(hop,)),
        executor=executor,
        rest={"thresholds": thresholds},
        **knobs,
    )
    assert done.total("fake_reqs") == 2
    assert done.total("fake_reqs", expected_response="false") == 0
    assert done.total("fake_reqs", expected_response="true") == 0
    assert done.rate("http_req_failed") == (0, 0)
    assert done.causes == {}
