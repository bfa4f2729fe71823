"""What the command line changes in a plan. Pure.

As in k6, an override that the executor has no knob for changes the executor: `--iterations` makes it
`shared-iterations`. `--duration` bounds executors that count iterations through `max_duration`.
"""

from dataclasses import dataclass
from typing import Any

from loadr_config.models import (
    ConstantArrivalRate,
    ConstantVus,
    ExternallyControlled,
    PerVuIterations,
    Scenario,
    SharedIterations,
    TestPlan,
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
    """

    vus: int | None = None
    duration: float | None = None
    iterations: int | None = None

    @property
    def given(self) -> list[str]:
        """The flags that change a scenario."""
        flags = {"--vus": self.vus, "--duration": self.duration, "--iterations": self.iterations}
        return [flag for flag, value in flags.items() if value is not None]

    def as_options(self) -> dict[str, Any]:
        """The same for a script, in k6's terms."""
        duration = None if self.duration is None else f"{round(self.duration * 1000)}ms"
        options = {"vus": self.vus, "duration": duration, "iterations": self.iterations}
        return {key: value for key, value in options.items() if value is not None}

    def apply(self, plan: TestPlan) -> TestPlan:
        """The plan as it is to run.

        Raises:
            OverrideError: several scenarios for one override, or one without the knob.
        """
        if not self.given:
            return plan
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
            case ConstantVus() if self.iterations is not None:
                return self._as_shared_iterations(scenario)
            case ConstantVus():
                return scenario.model_copy(update=_given(vus=self.vus, duration=self.duration))
            case PerVuIterations() | SharedIterations():
                update = _given(vus=self.vus, iterations=self.iterations, max_duration=self.duration)
                return scenario.model_copy(update=update)
            case ConstantArrivalRate() | ExternallyControlled() if self.given == ["--duration"]:
                return scenario.model_copy(update=_given(duration=self.duration))
            case _:
                raise OverrideError(
                    f"{' and '.join(self.given)} cannot change scenario {name!r}: its executor is {scenario.executor}",
                    "change the plan, or keep the change in an overlay under `env` and choose it with -e NAME",
                )

    def _as_shared_iterations(self, scenario: ConstantVus) -> SharedIterations:
        common = {
            field: getattr(scenario, field)
            for field in SharedIterations.model_fields
            if hasattr(scenario, field)
        }
        changes = _given(vus=self.vus, iterations=self.iterations, max_duration=self.duration)
        return SharedIterations.model_construct(**{**common, "executor": "shared-iterations", **changes})


def _given(**values: float | None) -> dict[str, float]:
    return {key: value for key, value in values.items() if value is not None}
