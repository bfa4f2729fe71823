"""Scenarios that cannot do what they say: no work, no time, stages without effect, too few VUs."""

from loadr_config._tree.nodes import Path
from loadr_config.checks._walk import models_in
from loadr_config.checks.context import Report
from loadr_config.models import (
    ConstantVus,
    ExternallyControlled,
    OpenScenario,
    PerVuIterations,
    RampingArrivalRate,
    RampingVus,
    RateStage,
    Rendezvous,
    Scenario,
    ScriptCode,
    SharedIterations,
    TestPlan,
    VuStage,
)
from loadr_config.models.steps import SCRIPT_ENGINES


def check_schedules(plan: TestPlan, report: Report) -> None:
    """Report what keeps a scenario from doing its work."""
    for name, scenario in plan.scenarios.items():
        path: Path = ("scenarios", name)
        _check_work(plan, name, scenario, report)
        _check_functions(plan, scenario, path, report)
        if not all(report.is_whole((*path, key)) for key in type(scenario).model_fields if key != "flow"):
            continue  # its schedule is not what it seems to be
        if isinstance(scenario, RampingVus):
            _check_stages(scenario.stages, scenario.start_vus, path, report)
        elif isinstance(scenario, RampingArrivalRate):
            _check_stages(scenario.stages, scenario.start_rate, path, report)
        elif isinstance(scenario, SharedIterations) and scenario.iterations < scenario.vus:
            report.warning(
                (*path, "iterations"),
                f"{scenario.iterations} iterations in all leave VUs without work: there are {scenario.vus}",
            )
        _check_rendezvous(scenario, path, report)
        if isinstance(scenario, OpenScenario) and scenario.pacing is not None:
            report.warning(
                (*path, "pacing"), f"not used: the starts of {scenario.executor} follow its own schedule"
            )
    for path, model in models_in((plan.setup, plan.teardown)):
        _check_call(plan, model, (("setup", "teardown")[int(path[0])], *path[1:]), report)


def vus_of(scenario: Scenario) -> int | None:
    """Return the most VUs that a scenario can have; None when it sizes its pool itself."""
    match scenario:
        case ConstantVus() | PerVuIterations() | SharedIterations():
            return scenario.vus
        case RampingVus():
            return max(scenario.start_vus, *(stage.target for stage in scenario.stages))
        case OpenScenario():
            return scenario.max_vus if scenario.max_vus is not None else scenario.pre_allocated_vus or None
        case ExternallyControlled():
            return scenario.max_vus


def _check_work(plan: TestPlan, name: str, scenario: Scenario, report: Report) -> None:
    if scenario.flow or scenario.exec is not None or not _knows_modules(report):
        return
    message = f'scenario "{name}" has no work: it has neither a flow nor an exec'
    if not plan.script_modules:
        report.error(("scenarios", name), message, on_key=True, suggestion='give it a "flow"')
    else:
        report.warning(
            ("scenarios", name), message, on_key=True, suggestion='name a function: "exec: default"'
        )


def _check_functions(plan: TestPlan, scenario: Scenario, path: Path, report: Report) -> None:
    for key in ("exec", "on_start", "on_stop"):
        function = getattr(scenario, key)
        if function is not None and not plan.script_modules and _knows_modules(report):
            _no_module((*path, key), function, SCRIPT_ENGINES, report)
    for place, model in models_in(scenario.flow, (*path, "flow")):
        _check_call(plan, model, place, report)


def _check_call(plan: TestPlan, model: object, path: Path, report: Report) -> None:
    if not isinstance(model, ScriptCode) or model.call is None:
        return
    if getattr(plan, model.engine) is None and report.is_known((model.engine,)):
        _no_module((*path, "call"), model.call, (model.engine,), report)


def _knows_modules(report: Report) -> bool:
    """Whether a module that the plan has not is really missing, and was not taken out as wrong."""
    return all(report.is_known((engine,)) for engine in SCRIPT_ENGINES)


def _no_module(path: Path, function: str, engines: tuple[str, ...], report: Report) -> None:
    missing = " and no ".join(f'"{engine}"' for engine in engines)
    message = f'"{function}" is a function of the script module, and the plan has no {missing}'
    ways = " or ".join(f'"{engine}: {{file: …}}"' for engine in engines)
    report.error(path, message, suggestion=f"add {ways} to the plan")


def _check_stages(
    stages: tuple[VuStage, ...] | tuple[RateStage, ...], start: float, path: Path, report: Report
) -> None:
    if all(stage.duration == 0 for stage in stages):
        report.error((*path, "stages"), "the stages take no time at all")
        return
    lengths = [stage.duration for stage in stages]
    for index, length in enumerate(lengths):
        place = (*path, "stages", index)
        if length:
            continue
        if index == len(lengths) - 1:
            report.warning(place, "unreachable stage: the schedule ends at its jump")
        elif lengths[index + 1] == 0:
            report.warning(place, "unreachable stage: the next one jumps away from it at once")
    if start == 0 and not any(stage.target for stage in stages):
        report.warning((*path, "stages"), "all targets are 0: nothing will run")


def _check_rendezvous(scenario: Scenario, path: Path, report: Report) -> None:
    vus = vus_of(scenario)
    if vus is None:
        return
    for place, model in models_in(scenario.flow, (*path, "flow")):
        if isinstance(model, Rendezvous) and model.users > vus:
            message = f"{model.users} users can never meet: the scenario has at most {vus} VUs"
            report.error((*place, "users"), message)
