"""Running a part once, by its steps alone."""

import asyncio

import pytest

from loadr_core.compiler.program import OnceProgram
from loadr_core.flow import IterationAborted, Step
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


def outcome(part, *actions, **variables):
    program = OnceProgram(part, tuple(Do(action) for action in actions), ())
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
    ],
    ids=["a failed request", "an error", "an abort", "a failure that a retry mended"],
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
