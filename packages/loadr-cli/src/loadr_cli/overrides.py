"""What the command line changes in a plan. Pure.

As in k6, an override that the executor has no knob for changes the executor: `--iterations` makes it
`shared-iterations`, `--stage` makes it `ramping-vus`. `--duration` bounds executors that count iterations through `max_duration`.
"""

from dataclasses import dataclass
from typing import Any

from loadr_config.models import (
    ConstantArrivalRate,
    ConstantVus,
    ExternallyControlled,
    PerVuIterations,
    RampingVus,
    Scenario,
    SharedIterations,
    TestPlan,
    VuStage,
)


class OverrideError(Exception):
    """An override fits no scenario, or more than one.

    Attributes:
        hint: what to do.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Overrides:
    """What was given on the command line.

    Attributes:
        vus: VUs instead of the plan's.
        duration: seconds instead of the plan's.
        iterations: iterations instead of the plan's.
        stages: (seconds, VUs) of each stage instead of the plan's; none were given where it is empty.
    """

    vus: int | None = None
    duration: float | None = None
    iterations: int | None = None
    stages: tuple[tuple[float, int], ...] = ()

    @property
    def given(self) -> list[str]:
        """The flags that change a scenario."""
        flags = {
            "--vus": self.vus,
            "--duration": self.duration,
            "--iterations": self.iterations,
            "--stage": self.stages or None,
        }
        return [flag for flag, value in flags.items() if value is not None]

    def as_options(self) -> dict[str, Any]:
        """The same for a script, in k6's terms."""
        duration = None if self.duration is None else f"{round(self.duration * 1000)}ms"
        stages = [
            {"duration": f"{round(seconds * 1000)}ms", "target": target} for seconds, target in self.stages
        ]
        options = {
            "vus": self.vus,
            "duration": duration,
            "iterations": self.iterations,
            "stages": stages or None,
        }
        return {key: value for key, value in options.items() if value is not None}

    def apply(self, plan: TestPlan) -> TestPlan:
        """The plan as it is to run.

        Raises:
            OverrideError: several scenarios for one override, or one without the knob.
        """
        if not self.given:
            return plan
        if self.stages and (self.duration is not None or self.iterations is not None):
            raise OverrideError(
                f"{' and '.join(self.given)} exclude each other, as in k6", "leave out --stage, or the others"
            )
        if len(plan.scenarios) > 1:
            names = ", ".join(plan.scenarios)
            raise OverrideError(
                f"{' and '.join(self.given)} would change one scenario, but there are several: {names}",
                "choose one with --scenario NAME",
            )
        changed = {name: self._change(name, scenario) for name, scenario in plan.scenarios.items()}
        return plan.model_copy(update={"scenarios": changed})

    def _change(self, name: str, scenario: Scenario) -> Scenario:
        match scenario:
            case ConstantVus() | RampingVus() if self.stages:
                return self._as_ramping_vus(scenario)
            case ConstantVus() if self.iterations is not None:
                return self._as_shared_iterations(scenario)
            case ConstantVus():
                return scenario.model_copy(update=_given(vus=self.vus, duration=self.duration))
            case PerVuIterations() | SharedIterations() if not self.stages:
                update = _given(vus=self.vus, iterations=self.iterations, max_duration=self.duration)
                return scenario.model_copy(update=update)
            case ConstantArrivalRate() | ExternallyControlled() if self.given == ["--duration"]:
                return scenario.model_copy(update=_given(duration=self.duration))
            case _:
                raise OverrideError(
                    f"{' and '.join(self.given)} cannot change scenario {name!r}: its executor is {scenario.executor}",
                    "change the plan, or keep the change in an overlay under `env` and choose it with -e NAME",
                )

    def _as_ramping_vus(self, scenario: ConstantVus | RampingVus) -> RampingVus:
        stages = tuple(VuStage(duration=seconds, target=target) for seconds, target in self.stages)
        if isinstance(scenario, RampingVus):
            return scenario.model_copy(update={"stages": stages, **_given(start_vus=self.vus)})
        common = _common(scenario, RampingVus)
        return RampingVus.model_construct(
            **{**common, "executor": "ramping-vus", "start_vus": self.vus or 1, "stages": stages}
        )

    def _as_shared_iterations(self, scenario: ConstantVus) -> SharedIterations:
        common = _common(scenario, SharedIterations)
        changes = _given(vus=self.vus, iterations=self.iterations, max_duration=self.duration)
        return SharedIterations.model_construct(**{**common, "executor": "shared-iterations", **changes})


def _common(scenario: Scenario, other: type[Scenario]) -> dict[str, Any]:
    """What a scenario has of the knobs of another executor."""
    return {field: getattr(scenario, field) for field in other.model_fields if hasattr(scenario, field)}


def _given(**values: float | None) -> dict[str, float]:
    return {key: value for key, value in values.items() if value is not None}
