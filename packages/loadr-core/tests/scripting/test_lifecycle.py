"""When the functions that a scenario names are called, for every executor."""

import logging

import pytest

from loadr_core.errors import PlanRefusedError
from loadr_core.spi import ScriptAbort, ScriptError
from loadr_testing.fakes import Answer, fake_scripts

MODULE = {"js": {"script": "code"}}
HOOKS = {"on_start": "arrive", "on_stop": "leave"}
EXECUTORS = {
    "constant-vus": {"vus": 3, "duration": "1s"},
    "ramping-vus": {
        "start_vus": 3,
        "stages": [{"duration": "500ms", "target": 1}, {"duration": "1s", "target": 3}],
    },
    "per-vu-iterations": {"vus": 3, "iterations": 2},
    "shared-iterations": {"vus": 3, "iterations": 7},
    "externally-controlled": {"vus": 3, "max_vus": 4, "duration": "1s"},
    "constant-arrival-rate": {"rate": 6, "duration": "1s", "pre_allocated_vus": 3},
    "ramping-arrival-rate": {"stages": [{"duration": "1s", "target": 12}], "pre_allocated_vus": 3},
}


def function(seconds=0.0, error=None):
    """A function that takes its time and may fail."""

    async def run(host, data, context):
        await host.sleep(seconds)
        if error is not None:
            raise error
        return context

    return run


def functions(**changed):
    return fake_scripts(**{"arrive": function(0.05), "leave": function(0.05), "main": function(), **changed})


def calls(engine, name):
    return [call for call in engine.calls if call.function == name]


@pytest.mark.parametrize(("executor", "knobs"), EXECUTORS.items(), ids=EXECUTORS)
def test_a_vu_arrives_before_its_first_iteration_and_leaves_after_its_last(
    executor, knobs, run_plan, scenario
):
    engine = functions()
    plan = {**scenario(executor, **knobs, **HOOKS), **MODULE}
    done = run_plan(plan, lambda _: Answer(seconds=0.1), scripts=engine)
    sent = done.handler.sent
    assert {request.vu for request in sent} == {1, 2, 3}
    for vu in (1, 2, 3):
        (arrived,) = [call.at for call in calls(engine, "arrive") if call.vu == vu]
        (left,) = [call.at for call in calls(engine, "leave") if call.vu == vu]
        moments = [request.at for request in sent if request.vu == vu]
        assert arrived + 0.05 <= min(moments) + 1e-6
        assert max(moments) + 0.1 <= left + 1e-6
    assert sorted(engine.closed_scripts) == sorted(done.handler.closed_sessions) == [1, 2, 3]
    assert engine.closed == 1
    assert done.total("vu_exceptions") == 0


def test_exec_runs_after_the_flow_with_data_and_context(run_plan, scenario):
    engine = functions()
    plan = {**scenario("per-vu-iterations", iterations=2, exec="main"), **MODULE}
    done = run_plan(plan, lambda _: Answer(seconds=0.25), scripts=engine)
    assert [(call.at, call.arguments) for call in engine.calls] == [
        (0.25, (None, {"vu": 1, "iteration": 0, "scenario": "main"})),
        (0.5, (None, {"vu": 1, "iteration": 1, "scenario": "main"})),
    ]
    assert done.total("iterations") == 2
    assert [source.name for source in engine.sources] == ["script"]


def test_a_flow_may_be_missing_where_there_is_an_exec(run_plan, scenario):
    engine = functions(main=function(0.25))
    done = run_plan(
        {**scenario("constant-vus", [], vus=2, duration="1s", exec="main"), **MODULE}, scripts=engine
    )
    assert done.total("iterations") == len(engine.calls) == 8


@pytest.mark.parametrize("key", ["on_start", "on_stop"])
@pytest.mark.parametrize(
    ("error", "kind", "site"),
    [
        (ScriptError("TypeError", "x is no function", "login.js:7"), "TypeError", "login.js:7"),
        (KeyError("engine bug"), "KeyError", "test_lifecycle.py"),
    ],
    ids=["the script's", "the engine's"],
)
def test_a_failing_hook_is_counted_for_each_vu_and_told_once(
    key, error, kind, site, run_plan, scenario, caplog
):
    engine = functions(arrive=function(error=error))
    plan = {**scenario("per-vu-iterations", vus=3, iterations=2, **{key: "arrive"}), **MODULE}
    with caplog.at_level(logging.WARNING):
        done = run_plan(plan, scripts=engine)
    assert done.total("iterations") == 6
    assert done.total("vu_exceptions") == 3
    (cause,) = [(category, name, text) for category, name, text in done.causes]
    assert cause[0] == "exceptions"
    assert cause[1].startswith(site)
    assert cause[2].startswith(kind)
    (record,) = caplog.records
    assert f"{key} of VU" in record.getMessage()
    assert f"in scenario 'main' failed: {kind} at {site}" in record.getMessage()
    assert "no function" not in record.getMessage()


def test_a_failing_exec_is_counted_and_ends_its_iteration(run_plan, scenario):
    engine = functions(main=function(error=ScriptError("Error", "out of stock", "shop.js:3")))
    done = run_plan({**scenario("per-vu-iterations", iterations=2, exec="main"), **MODULE}, scripts=engine)
    assert done.total("iterations") == 2
    assert done.causes == {("exceptions", "shop.js:3", "Error: out of stock"): 2}


@pytest.mark.parametrize(("reach", "iterations"), [("iteration", 5), ("scenario", 1), ("test", 1)])
def test_a_script_may_end_more_than_its_call(reach, iterations, run_plan, scenario):
    engine = functions(main=function(error=ScriptAbort(reach, "enough")))
    done = run_plan({**scenario("per-vu-iterations", iterations=5, exec="main"), **MODULE}, scripts=engine)
    assert done.total("iterations") == iterations
    assert done.total("vu_exceptions") == 0


def test_an_on_start_may_end_the_test(run_plan, scenario):
    engine = functions(arrive=function(error=ScriptAbort("test", "no licence")))
    done = run_plan({**scenario("constant-vus", vus=2, duration="1h", **HOOKS), **MODULE}, scripts=engine)
    assert done.handler.sent == []
    assert done.engine.stop_signal.reason == "no licence"


def test_a_vu_that_was_ramped_down_leaves_when_the_scenario_ends(run_plan, scenario):
    engine = functions()
    stages = [
        {"duration": "1s", "target": 2},
        {"duration": "0s", "target": 1},
        {"duration": "3s", "target": 1},
    ]
    plan = {**scenario("ramping-vus", start_vus=2, stages=stages, **HOOKS), **MODULE}
    run_plan(plan, lambda _: Answer(seconds=0.125), scripts=engine)
    assert [call.at for call in calls(engine, "leave") if call.vu == 2] == [pytest.approx(4, abs=0.2)]


def test_an_interrupted_vu_still_leaves(run_plan, scenario):
    engine = functions()
    plan = {**scenario("constant-vus", vus=1, duration="1s", graceful_stop="500ms", **HOOKS), **MODULE}
    done = run_plan(plan, lambda _: Answer(seconds=60), scripts=engine)
    assert done.total("interrupted_iterations") == 1
    assert [call.at for call in calls(engine, "leave")] == [1.5]


def test_an_interrupted_on_start_is_no_iteration(run_plan, scenario):
    engine = functions(arrive=function(60))
    plan = {**scenario("constant-vus", vus=1, duration="1s", graceful_stop="500ms", **HOOKS), **MODULE}
    done = run_plan(plan, scripts=engine)
    assert done.total("interrupted_iterations") == done.total("iterations") == 0
    assert done.duration == pytest.approx(1.55)


def test_an_on_stop_that_takes_too_long_is_cut_off(run_plan, scenario):
    engine = functions(leave=function(3600))
    done = run_plan({**scenario("per-vu-iterations", vus=2, **HOOKS), **MODULE}, scripts=engine)
    assert done.duration == pytest.approx(10.06)
    assert done.causes == {("exceptions", "on_stop", "TimeoutError: it took longer than 10 s"): 2}
    assert sorted(engine.closed_scripts) == [1, 2]


@pytest.mark.parametrize("executor", ["constant-vus", "constant-arrival-rate"])
def test_after_a_kill_nobody_says_goodbye(executor, run_plan, scenario):
    async def kill(engine, clock):
        await clock.sleep(0.5)
        engine.kill("enough")

    engine = functions()
    plan = {**scenario(executor, **EXECUTORS[executor], **HOOKS), **MODULE}
    done = run_plan(plan, lambda _: Answer(seconds=60), scripts=engine, during=kill)
    assert done.duration == pytest.approx(0.5)
    assert calls(engine, "leave") == []
    assert sorted(engine.closed_scripts) == [1, 2, 3]


def test_draws_of_a_hook_differ_between_vus_and_from_those_of_iterations(run_plan, scenario):
    drawn = {}

    async def draw(host, data, context):
        drawn.setdefault(host.scope.vu, []).append(host.scope.random.random())

    def run(**knobs):
        drawn.clear()
        plan = {
            **scenario("constant-arrival-rate", [], rate=4, duration="1s", exec="main", **HOOKS, **knobs),
            **MODULE,
        }
        run_plan(plan, scripts=functions(arrive=draw, leave=draw, main=draw))
        return {vu: list(values) for vu, values in drawn.items()}

    first = run(pre_allocated_vus=2)
    assert first == run(pre_allocated_vus=2)
    values = [value for own in first.values() for value in own]
    assert len(values) == len(set(values)) == 8


class TestTheScheduleOfAnOpenScenario:
    """It begins when the VUs that were made before are ready."""

    def test_it_waits_for_on_start(self, run_plan, scenario):
        engine = functions(arrive=function(0.75))
        plan = {
            **scenario("constant-arrival-rate", rate=4, duration="1s", pre_allocated_vus=2, **HOOKS),
            **MODULE,
        }
        done = run_plan(plan, lambda _: Answer(seconds=0.01), scripts=engine)
        assert [request.at for request in done.handler.sent] == pytest.approx([0.75, 1.0, 1.25, 1.5])
        assert done.trend("iteration_start_delay").max <= 1
        assert done.total("dropped_iterations") == 0

    def test_a_pause_before_it_begins_starts_nothing(self, run_plan, scenario):
        async def pause(engine, clock):
            await clock.sleep(0.25)
            engine.executors["main"].pause()
            engine.executors["main"].resume()

        engine = functions(arrive=function(0.75))
        plan = {
            **scenario("constant-arrival-rate", rate=4, duration="1s", pre_allocated_vus=2, **HOOKS),
            **MODULE,
        }
        done = run_plan(plan, lambda _: Answer(seconds=0.01), scripts=engine, during=pause)
        assert [request.at for request in done.handler.sent] == pytest.approx([0.75, 1.0, 1.25, 1.5])

    def test_a_stop_before_it_begins_starts_nothing(self, run_plan, scenario):
        async def stop(engine, clock):
            await clock.sleep(0.25)
            engine.stop("enough")

        engine = functions(arrive=function(0.75))
        plan = {
            **scenario("constant-arrival-rate", rate=4, duration="1h", pre_allocated_vus=2, **HOOKS),
            **MODULE,
        }
        done = run_plan(plan, scripts=engine, during=stop)
        assert done.handler.sent == []
        assert len(calls(engine, "leave")) == 2

    @pytest.mark.parametrize(("when_busy", "sent", "dropped"), [("drop", 18, 2), ("wait", 20, 0)])
    def test_a_pool_grows_one_at_a_time_for_later_starts(self, when_busy, sent, dropped, run_plan, scenario):
        engine = functions(arrive=function(0.25))
        plan = {
            **scenario(
                "constant-arrival-rate",
                rate=10,
                duration="2s",
                pre_allocated_vus=1,
                max_vus=3,
                when_busy=when_busy,
                **HOOKS,
            ),
            **MODULE,
        }
        done = run_plan(plan, lambda _: Answer(seconds=0.15), scripts=engine)
        assert (len(done.handler.sent), done.total("dropped_iterations")) == (sent, dropped)
        assert done.total("iterations") == sent
        assert len(calls(engine, "arrive")) == len(calls(engine, "leave"))


def refused(run_plan, plan, **arguments):
    with pytest.raises(PlanRefusedError) as caught:
        run_plan(plan, **arguments)
    return caught.value.problems


@pytest.mark.parametrize("key", ["exec", "on_start", "on_stop"])
def test_a_function_that_is_not_exported_is_refused_with_its_place(key, run_plan, scenario):
    plan = {**scenario("per-vu-iterations", **{key: "mian"}), **MODULE}
    problem = "the script exports no function 'mian', it exports arrive, leave, main"
    assert refused(run_plan, plan, scripts=functions()) == (f"scenarios.main.{key}: {problem}",)


def test_a_broken_module_is_refused_with_its_place(run_plan, scenario):
    plan = {**scenario("per-vu-iterations", exec="main"), "js": {"script": "broken"}}
    assert refused(run_plan, plan, scripts=functions()) == (
        "js: SyntaxError at script:1: the code is broken",
    )


def test_a_module_is_read_from_the_folder_of_the_plan(run_plan, scenario, tmp_path):
    (tmp_path / "shop.js").write_text("// the shop", encoding="utf-8")
    engine = functions()
    plan = {**scenario("per-vu-iterations", exec="main"), "js": {"file": "shop.js"}}
    run_plan(plan, scripts=engine, folder=tmp_path)
    assert [(source.name, source.text) for source in engine.sources] == [("shop.js", "// the shop")]


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "No such file or directory"), (b"\xff\xfe", "it is no UTF-8 text")]
)
def test_a_module_that_cannot_be_read_is_refused(content, reason, run_plan, scenario, tmp_path):
    if content is not None:
        (tmp_path / "shop.js").write_bytes(content)
    plan = {**scenario("per-vu-iterations", exec="main"), "js": {"file": "shop.js"}}
    assert refused(run_plan, plan, scripts=functions(), folder=tmp_path) == (f"js.file: shop.js: {reason}",)


def test_an_engine_that_is_not_installed_is_named_with_the_way_out(run_plan, scenario, monkeypatch):
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: ())
    plan = {**scenario("per-vu-iterations", exec="main"), **MODULE}
    assert refused(run_plan, plan) == ("script engine 'js' is not installed: pip install 'loadr[js]'",)


def test_a_plan_without_a_module_cannot_name_functions(run_plan, scenario):
    problems = refused(run_plan, scenario("per-vu-iterations", exec="main"), scripts=fake_scripts())
    assert problems == ("scenarios.main.exec: the script exports no function 'main', it exports nothing",)
