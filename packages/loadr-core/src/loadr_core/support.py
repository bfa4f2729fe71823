"""What this version of the engine can run: every other key of a valid plan is refused by name.

A key is never silently ignored. Whoever builds a feature deletes its line here.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from loadr_config.models import (
    BodyContainsCondition,
    Condition,
    DurationCondition,
    GroupStep,
    HttpDefaults,
    OpenScenario,
    Request,
    RequestStep,
    Scenario,
    StatusCondition,
    Step,
    TestPlan,
    ThinkTimeStep,
)

_CONDITIONS: Final = (StatusCondition, BodyContainsCondition, DurationCondition)

_PLAN_KEYS: Final = ("data", "metrics", "js", "setup", "teardown", "observe")
_SCENARIO_KEYS: Final = ("exec", "on_start", "on_stop", "throttle")
_REQUEST_KEYS: Final = ("extract", "follow_redirects")
# Those that only help when the target offers something are harmless as long as they keep their default.
_HTTP_KEYS: Final = (
    "follow_redirects",
    "max_redirects",
    "compression",
    "proxy",
    "cookies",
    "cache",
    "discard_response_bodies",
    "tracing",
    "hosts",
    "dns",
    "local_ips",
)
_TLS_KEYS: Final = ("cert_file", "key_file", "server_name", "min_version", "max_version")


def unsupported(plan: TestPlan) -> list[str]:
    """What a plan asks for beyond this version, one line each with its place."""
    return [f"{place}: not built yet, this version of loadr cannot run it" for place in _places(plan)]


def _places(plan: TestPlan) -> Iterator[str]:
    yield from (key for key in _PLAN_KEYS if getattr(plan, key))
    yield from _http_places(plan.defaults.http)
    for name, scenario in plan.scenarios.items():
        yield from _scenario_places(scenario, f"scenarios.{name}")


def _http_places(http: HttpDefaults) -> Iterator[str]:
    defaults = HttpDefaults.model_fields
    for key in _HTTP_KEYS:
        if getattr(http, key) != defaults[key].default:
            yield f"defaults.http.{key}"
    if http.version.startswith("http2"):
        yield "defaults.http.version"
    yield from (f"defaults.http.tls.{key}" for key in _TLS_KEYS if getattr(http.tls, key) is not None)


def _scenario_places(scenario: Scenario, path: str) -> Iterator[str]:
    if isinstance(scenario, OpenScenario):
        yield f"{path}.executor ({scenario.executor})"
    yield from (f"{path}.{key}" for key in _SCENARIO_KEYS if getattr(scenario, key) is not None)
    yield from _step_places(scenario.flow, f"{path}.flow")


def _step_places(steps: Sequence[Step], path: str) -> Iterator[str]:
    for index, step in enumerate(steps):
        place = f"{path}[{index}]"
        match step:
            case RequestStep(request=request):
                yield from _request_places(request, f"{place}.request")
            case GroupStep(group=group):
                if "${" in group.name:
                    yield f"{place}.group.name (a template)"
                yield from _step_places(group.steps, f"{place}.group.steps")
            case ThinkTimeStep():
                pass
            case _:
                yield f"{place}.{next(iter(type(step).model_fields)).rstrip('_')}"


def _request_places(request: Request, path: str) -> Iterator[str]:
    yield from (f"{path}.{key}" for key in _REQUEST_KEYS if getattr(request, key))
    yield from _condition_places(request.asserts, f"{path}.assert")
    yield from _condition_places(request.checks, f"{path}.checks")


def _condition_places(conditions: Sequence[Condition], path: str) -> Iterator[str]:
    for index, condition in enumerate(conditions):
        if not isinstance(condition, _CONDITIONS):
            yield f"{path}[{index}] ({condition.type})"
