"""`k6/execution` in a VU, without a run: what is different where there are several workers."""

import asyncio

import pytest

from loadr_core.clock import SystemClock
from loadr_core.cookies import CookieJar
from loadr_core.spi import InstanceStanding, ScenarioStanding, Scope, ScriptContext, ScriptSource, VuContext
from loadr_js.engine import JsEngine
from loadr_testing.fakes.scripts import FakeHost

SCRIPT = """
import exec from 'k6/execution';
let told;
try { told = exec.vu.idInTest; } catch (error) { told = error.message; }
export const initial = () => told;
export const ids = () => [exec.vu.idInTest, exec.vu.idInInstance];
export const standing = () => [{...exec.instance}, exec.scenario.startTime, exec.scenario.progress];
export const metadata = () => {
  const {metadata} = exec.vu.metrics;
  metadata.a = 1;
  metadata.b = true;
  delete metadata.a;
  try { metadata.c = {}; } catch (error) { return [Object.keys(metadata), metadata.b, 'a' in metadata, error.message]; }
};
"""


@pytest.fixture
def module(tmp_path):
    def load(instances=1):
        context = ScriptContext(SystemClock(), tmp_path, config={"as_script": True}, instances=instances)
        return JsEngine(context).load(ScriptSource(SCRIPT, "script.js"))

    return load


def opened(module, vu):
    return module.open(FakeHost(Scope(VuContext(vu, "main"), 5, CookieJar())))


@pytest.mark.parametrize(("instances", "expected"), [(1, [[3, 3], [5, 5]]), (2, [[3, 1], [5, 2]])])
def test_a_vu_has_a_number_in_the_run_and_one_in_its_worker(instances, expected, module):
    loaded = module(instances)
    scripts = [opened(loaded, vu) for vu in (3, 5)]
    assert [asyncio.run(script.call("ids")) for script in scripts] == expected


def test_setup_takes_no_number(module):
    loaded = module(2)
    scripts = [opened(loaded, vu) for vu in (0, 4)]
    assert [asyncio.run(script.call("ids")) for script in scripts] == [[0, 0], [4, 1]]


def test_where_the_run_stands_comes_from_the_host(module):
    script = opened(module(), 1)
    script.host.standing = InstanceStanding(1.5, 7, 2, 3, 4)
    script.host.scenario = ScenarioStanding(1_700_000_000.25, 0.5)
    instance = {
        "currentTestRunDuration": 1500,
        "iterationsCompleted": 7,
        "iterationsInterrupted": 2,
        "vusActive": 3,
        "vusInitialized": 4,
    }
    assert asyncio.run(script.call("standing")) == [instance, 1_700_000_000_250, 0.5]


def test_the_top_level_has_no_vu(module):
    script = opened(module(), 1)
    told = asyncio.run(script.call("initial"))
    assert told == "getting VU information in the init context is not supported"


def test_metadata_are_texts(module):
    names, value, has, message = asyncio.run(opened(module(), 1).call("metadata"))
    assert (names, value, has) == (["b"], "true", False)
    assert message.startswith("invalid value for metric metadata 'c'")
