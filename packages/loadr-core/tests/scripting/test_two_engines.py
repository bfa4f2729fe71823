"""Two script engines in one plan: each has its module, its users' instances and its setup data."""

import pytest

from loadr_core.errors import PlanRefusedError
from loadr_core.setup_data import SetupData
from loadr_testing.fakes import fake_scripts

MODULES = {"js": {"script": "j"}, "python": {"script": "p"}}


def telling(value=None):
    async def run(host, *arguments):
        variables = host.scope.variables
        variables["told"] = [*variables.get("told", ()), arguments[0] if arguments else None]
        return value

    return run


@pytest.fixture
def engines():
    return {
        "js": fake_scripts(setup=telling("from js"), of_js=telling(), teardown=telling()),
        "python": fake_scripts(setup=telling("from python"), of_python=telling(), teardown=telling()),
    }


@pytest.fixture
def run(run_plan, scenario, engines):
    def running(*flow, during=None, **knobs):
        plan = {**MODULES, **scenario("per-vu-iterations", list(flow), vus=1, iterations=1, **knobs)}
        return run_plan(plan, scripts=engines, during=during)

    return running


def called(engines):
    return {name: [call.function for call in engine.calls] for name, engine in engines.items()}


def test_functions_are_called_in_the_module_that_has_them(run, engines):
    run({"js": {"call": "of_js"}}, {"python": {"call": "of_python"}}, exec="of_python", on_start="of_js")
    assert called(engines) == {"js": ["of_js", "of_js"], "python": ["of_python", "of_python"]}


def test_a_scenario_opens_the_engines_that_it_uses(run, engines):
    done = run({"request": {"url": "/${js: 1 + 1}"}})
    assert [request.url for request in done.handler.sent] == ["/2"]
    assert [len(engine.closed_scripts) for engine in engines.values()] == [1, 0]


def test_a_condition_names_its_engine(run):
    checks = [{"type": "js", "expression": "1 == 1"}, {"type": "python", "expression": "1 == 2"}]
    done = run({"request": {"url": "/", "checks": checks}})
    assert done.rate("checks") == (1, 2)
    assert done.causes == {("checks", "/", "python: 1 == 2"): 1}


def test_a_function_of_both_modules_is_refused(run):
    with pytest.raises(PlanRefusedError, match=r"scenarios.main.exec: the modules js and python both export"):
        run(exec="setup")


def test_each_module_gets_what_its_own_setup_has_returned(run):
    left = {}

    async def once(engine, _clock):
        left["setup"] = (await engine.run_once("setup")).data
        left["teardown"] = (await engine.run_once("teardown", left["setup"])).data

    run({"js": {"call": "of_js"}}, during=once)
    assert left["setup"] == SetupData({"told": [None, None]}, {"js": "from js", "python": "from python"})
    assert left["teardown"].variables["told"][-2:] == ["from python", "from js"]
