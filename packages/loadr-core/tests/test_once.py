"""Running a part once, by its steps alone."""

import asyncio
from pathlib import Path

import pytest

from loadr_config.models import InlineSource
from loadr_core.compiler.program import OnceProgram
from loadr_core.data import DataSources
from loadr_core.flow import IterationAborted, Step, StepFailed
from loadr_core.once import run_once
from loadr_core.setup_data import SetupData


class Do(Step):
    def __init__(self, action):
        self._action = action

    async def run(self, scope):
        self._action(scope)


def fail(scope):
    scope.failed_requests += 1
    scope.last_failure = "request 'a' failed: status 500"


def mend(scope):
    fail(scope)
    scope.mended_requests += 1


def raise_error(scope):
    raise ZeroDivisionError("by zero")


def abort(scope):
    raise IterationAborted("test", "enough")


def lack(scope):
    raise StepFailed("setup[0].foreach.items", "RenderError", "variable 'x' has no value")


def outcome(part, *actions, data=None, **variables):
    sources = DataSources(data or {}, Path(), 1)
    program = OnceProgram(part, tuple(Do(action) for action in actions), (), sources)
    return asyncio.run(run_once(program, SetupData(variables), seed=1))


def test_variables_are_what_it_leaves():
    done = outcome("setup", lambda scope: scope.variables.update(token="t", rows=[1, 2]))
    assert done.data.variables == {"token": "t", "rows": [1, 2]}
    assert done.problem is None


def test_teardown_sees_what_setup_has_left():
    seen = []
    outcome(
        "teardown", lambda scope: seen.append((scope.variables["token"], scope.vu, scope.scenario)), token="t"
    )
    assert seen == [("t", 0, "")]


@pytest.mark.parametrize(
    ("action", "problem"),
    [
        (fail, "request 'a' failed: status 500"),
        (raise_error, "ZeroDivisionError at test_once.py:{line}: by zero"),
        (abort, "enough"),
        (mend, None),
        (lack, "setup[0].foreach.items: variable 'x' has no value"),
    ],
    ids=["a failed request", "an error", "an abort", "a failure that a retry mended", "a missing value"],
)
def test_what_makes_it_fail(action, problem):
    line = raise_error.__code__.co_firstlineno + 1
    assert outcome("setup", action).problem == (problem and problem.format(line=line))


def test_setup_ends_with_its_first_failure_and_teardown_goes_on():
    later = []
    outcome("setup", fail, later.append)
    assert later == []
    assert outcome("teardown", fail, later.append).problem is not None
    assert len(later) == 1


def test_its_random_choices_follow_the_seed():
    draws = [
        outcome("setup", lambda scope: scope.variables.update(n=scope.random.random())) for _ in range(2)
    ]
    assert draws[0] == draws[1]


def test_it_takes_one_row_of_a_source():
    rows = InlineSource(rows=({"a": 1}, {"a": 2}), on_eof="stop")
    done = outcome(
        "setup",
        lambda scope: scope.variables.update(first=scope.rows["d"]["a"]),
        lambda scope: scope.variables.update(again=scope.rows["d"]["a"]),
        data={"d": rows},
    )
    assert done.data.variables == {"first": 1, "again": 1}


def test_without_a_row_it_fails():
    rows = InlineSource(rows=({"a": 1},), on_eof="stop")

    def use_up(scope):
        scope.variables["a"] = scope.rows["d"]["a"]
        scope.rows.clear()

    done = outcome("setup", use_up, use_up, data={"d": rows})
    assert done.problem == "no row is left in the data source 'd'"
