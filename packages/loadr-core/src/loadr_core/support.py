"""What this version of the engine can run: every other key of a valid plan is refused by name.

A key is never silently ignored. Whoever builds a feature deletes its line here.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from loadr_config.models import (
    Condition,
    DuringStep,
    Foreach,
    ForeachStep,
    GroupStep,
    IfStep,
    JsCondition,
    JsStep,
    ParallelStep,
    RandomStep,
    RepeatStep,
    Request,
    RequestStep,
    Retry,
    RetryStep,
    Scenario,
    Step,
    SwitchStep,
    TestPlan,
    WhileStep,
)

_PLAN_KEYS: Final = ("observe",)


def unsupported(plan: TestPlan) -> list[str]:
    """What a plan asks for beyond this version, one line each with its place."""
    return [f"{place}: not built yet, this version of loadr cannot run it" for place in _places(plan)]


def _places(plan: TestPlan) -> Iterator[str]:
    yield from (key for key in _PLAN_KEYS if getattr(plan, key))
    yield from _step_places(plan.setup, "setup")
    yield from _step_places(plan.teardown, "teardown")
    for name, scenario in plan.scenarios.items():
        yield from _scenario_places(scenario, f"scenarios.{name}")


def _scenario_places(scenario: Scenario, path: str) -> Iterator[str]:
    yield from _step_places(scenario.flow, f"{path}.flow")


def _step_places(steps: Sequence[Step], path: str) -> Iterator[str]:
    for index, step in enumerate(steps):
        yield from _one_step_places(step, f"{path}[{index}]")


def _one_step_places(step: Step, place: str) -> Iterator[str]:
    match step:
        case RequestStep(request=request):
            yield from _request_places(request, f"{place}.request")
        case JsStep():
            yield f"{place}.js"
        case IfStep(if_=decision) if "${" not in decision.condition:
            yield f"{place}.if.condition (an expression for a script engine)"
        case WhileStep(while_=loop) if "${" not in loop.condition:
            yield f"{place}.while.condition (an expression for a script engine)"
        case RetryStep(retry=Retry(until=str(until))) if "${" not in until:
            yield f"{place}.retry.until (an expression for a script engine)"
        case ForeachStep(foreach=Foreach(items=str(items))) if "${" not in items:
            yield f"{place}.foreach.items (an expression for a script engine)"
        case _:
            pass
    for inside, inner in _inner_steps(step):
        yield from _step_places(inner, f"{place}.{inside}")


def _inner_steps(step: Step) -> Iterator[tuple[str, Sequence[Step]]]:
    """The lists of steps in a step, each with where it stands there."""
    match step:
        case IfStep(if_=decision):
            yield "if.then", decision.then
            yield "if.else", decision.else_
        case SwitchStep(switch=switch):
            yield from ((f"switch.cases.{key}", steps) for key, steps in switch.cases.items())
            yield "switch.default", switch.default
        case RandomStep(random=random):
            for number, choice in enumerate(random.choices):
                yield f"random.choices[{number}].steps", choice.steps
        case ParallelStep(parallel=parallel):
            for number, branch in enumerate(parallel.branches):
                yield f"parallel.branches[{number}]", branch
        case (
            GroupStep(group=body)
            | RepeatStep(repeat=body)
            | WhileStep(while_=body)
            | ForeachStep(foreach=body)
            | DuringStep(during=body)
            | RetryStep(retry=body)
        ):
            yield f"{next(iter(type(step).model_fields)).rstrip('_')}.steps", body.steps
        case _:
            return


def _request_places(request: Request, path: str) -> Iterator[str]:
    yield from _condition_places(request.asserts, f"{path}.assert")
    yield from _condition_places(request.checks, f"{path}.checks")


def _condition_places(conditions: Sequence[Condition], path: str) -> Iterator[str]:
    for index, condition in enumerate(conditions):
        if isinstance(condition, JsCondition):
            yield f"{path}[{index}] ({condition.type})"
