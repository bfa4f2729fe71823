"""The suite for script engines accepts one that behaves, and its tests refuse those that do not."""

import asyncio

import pytest

from loadr_core.spi import Scope, ScriptError, ScriptRequest, VuContext
from loadr_core.spi.protocol import CompileError
from loadr_testing.conformance import ScriptEngineConformance
from loadr_testing.fakes import Answer, FakeHost, FakeResponse, fake_scripts


async def echo(host, value):
    return value


async def fail(host):
    raise ScriptError("Error", "on purpose", "conformance:1")


async def count(host):
    variables = host.scope.variables
    variables["count"] = variables.get("count", 0) + 1
    return variables["count"]


async def rest(host, seconds):
    await host.sleep(seconds)


GOOD = {"echo": echo, "fail": fail, "count": count, "rest": rest}


class TestFakeEngine(ScriptEngineConformance):
    engine_class = fake_scripts(**GOOD)
    source = "anything"
    broken_source = "broken"


async def forgets(host, value):
    return str(value)


async def lets_it_pass(host):
    return None


COUNTED = []


async def shares(host):
    COUNTED.append(1)
    return len(COUNTED)


async def never_sleeps(host, seconds):
    return None


@pytest.mark.parametrize(
    ("changed", "test"),
    [
        ({"count": None}, "test_it_tells_what_a_module_exports"),
        ({"echo": forgets}, "test_plain_values_go_in_and_come_out"),
        ({"fail": lets_it_pass}, "test_a_failed_call_is_a_script_error_and_the_vu_goes_on"),
        ({"count": shares}, "test_every_vu_has_globals_of_its_own_that_last"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_suite_refuses_what_does_not_behave(changed, test):
    functions = {name: function for name, function in {**GOOD, **changed}.items() if function is not None}

    class Broken(ScriptEngineConformance):
        engine_class = fake_scripts(**functions)
        source = "anything"

    with pytest.raises(AssertionError):
        getattr(Broken(), test)()


def test_the_suite_refuses_an_engine_that_loads_everything():
    class Broken(ScriptEngineConformance):
        engine_class = fake_scripts(**GOOD)
        source = broken_source = "anything"

    with pytest.raises(AssertionError, match="a broken module was loaded"):
        Broken().test_a_broken_module_is_a_script_error_with_its_place()


def test_a_host_without_a_run_remembers_what_it_was_asked():
    host = FakeHost(Scope(VuContext(1, "main")), lambda _: FakeResponse(Answer(status=204), 0.0, 0.1))
    host.check("ok", passed=True, tags={})
    host.record("counter", "orders", 2, {})
    response = asyncio.run(host.request(ScriptRequest("/")))
    assert response.status == 204
    assert (host.checks, host.recorded) == ([("ok", True)], [("counter", "orders", 2)])
    assert host.requests == [ScriptRequest("/")]
    with pytest.raises(CompileError):
        asyncio.run(FakeHost(host.scope).request(ScriptRequest("/")))
