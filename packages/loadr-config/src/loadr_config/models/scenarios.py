"""Scenarios: who runs a flow, how often, for how long. One model per executor."""

from typing import Annotated, Literal, Self

from loadr_config._modelling import Field, Tag, model_validator
from loadr_config.models._base import PlanModel, Tagged, mistake
from loadr_config.models._families import Family
from loadr_config.models._scalars import (
    Count,
    CountOrZero,
    Duration,
    Name,
    NumberOrZero,
    PositiveDuration,
    PositiveNumber,
    TemplateText,
)
from loadr_config.models.steps import Step
from loadr_config.models.think_time import ThinkTime


class Pacing(PlanModel):
    """Spaces the starts of iterations over the scenario's VUs."""

    iterations_per_second: PositiveNumber = Field(description="Starts per second in the whole scenario.")


class Throttle(PlanModel):
    """Bounds the requests of a scenario."""

    requests_per_second: PositiveNumber = Field(description="Requests per second in the whole scenario.")


class VuStage(PlanModel):
    """A stage of ramping-vus."""

    duration: Duration = Field(description="Length; 0s is an instantaneous jump.")
    target: CountOrZero = Field(description="VUs at its end.")


class RateStage(PlanModel):
    """A stage of ramping-arrival-rate."""

    duration: Duration = Field(description="Length; 0s is an instantaneous jump.")
    target: NumberOrZero = Field(description="Iterations per time_unit at its end.")


class ScenarioBase(Tagged):
    """What all executors have in common."""

    start_time: Duration = Field(0.0, description="Wait after the start of the run.")
    graceful_stop: Duration = Field(30.0, description="Time for running iterations to end.")
    exec: Name | None = Field(None, description="Function of the script module, run after the flow.")
    on_start: Name | None = Field(None, description="Function run once per VU before its first iteration.")
    on_stop: Name | None = Field(None, description="Function run once per VU after its last iteration.")
    flow: tuple[Step, ...] = Field((), description="The steps of one iteration.")
    pacing: Pacing | None = Field(None, description="Spacing of iteration starts.")
    think_time: ThinkTime | None = Field(
        None, description="Wait after every request; over that of the defaults."
    )
    throttle: Throttle | None = Field(None, description="Bound on the requests of the scenario.")
    tags: dict[str, TemplateText] = Field({}, description="Tags of all samples of the scenario.")


class ConstantVus(ScenarioBase):
    """A fixed number of VUs for a time."""

    executor: Literal["constant-vus"] = "constant-vus"
    vus: Count = Field(description="The VUs.")
    duration: PositiveDuration = Field(description="How long iterations are started.")


class RampingVus(ScenarioBase):
    """A number of VUs that moves linearly between targets."""

    executor: Literal["ramping-vus"] = "ramping-vus"
    start_vus: CountOrZero = Field(0, description="VUs at the start.")
    stages: tuple[VuStage, ...] = Field(description="The targets.", min_length=1)
    graceful_ramp_down: Duration = Field(
        30.0, description="Time for an iteration of a VU that is ramped down."
    )


class PerVuIterations(ScenarioBase):
    """A fixed number of iterations of each VU."""

    executor: Literal["per-vu-iterations"] = "per-vu-iterations"
    vus: Count = Field(1, description="The VUs.")
    iterations: Count = Field(1, description="Iterations of each VU.")
    max_duration: PositiveDuration = Field(600.0, description="Longest time of the scenario.")


class SharedIterations(ScenarioBase):
    """A fixed number of iterations, shared by all VUs."""

    executor: Literal["shared-iterations"] = "shared-iterations"
    vus: Count = Field(1, description="The VUs.")
    iterations: Count = Field(1, description="Iterations in all.")
    max_duration: PositiveDuration = Field(600.0, description="Longest time of the scenario.")


class OpenScenario(ScenarioBase):
    """What the executors of the open model have in common."""

    time_unit: PositiveDuration = Field(1.0, description="Time to which the rate belongs.")
    pre_allocated_vus: CountOrZero | None = Field(None, description="VUs made before the start.")
    max_vus: Count | None = Field(None, description="Most VUs; by default pre_allocated_vus.")
    arrival: Literal["uniform", "poisson"] = Field("uniform", description="How starts are spread.")
    when_busy: Literal["drop", "wait"] = Field(
        "drop", description="What becomes of a start without a free VU."
    )

    @model_validator(mode="after")
    def _pool(self) -> Self:
        if (
            self.max_vus is not None
            and self.pre_allocated_vus is not None
            and self.max_vus < self.pre_allocated_vus
        ):
            raise mistake(
                f'"max_vus" ({self.max_vus}) is below "pre_allocated_vus" ({self.pre_allocated_vus})',
                key="max_vus",
            )
        return self


class ConstantArrivalRate(OpenScenario):
    """A fixed rate of iteration starts, whatever the responses do."""

    executor: Literal["constant-arrival-rate"] = "constant-arrival-rate"
    rate: PositiveNumber = Field(description="Iteration starts per time_unit.")
    duration: PositiveDuration = Field(description="How long iterations are started.")


class RampingArrivalRate(OpenScenario):
    """A rate of iteration starts that moves linearly between targets."""

    executor: Literal["ramping-arrival-rate"] = "ramping-arrival-rate"
    start_rate: NumberOrZero = Field(0.0, description="Rate at the start.")
    stages: tuple[RateStage, ...] = Field(description="The targets.", min_length=1)


class ExternallyControlled(ScenarioBase):
    """A number of VUs that is set while the run goes on."""

    executor: Literal["externally-controlled"] = "externally-controlled"
    vus: CountOrZero = Field(0, description="VUs at the start.")
    max_vus: Count = Field(description="Most VUs.")
    duration: PositiveDuration | None = Field(None, description="How long; by default until it is stopped.")

    @model_validator(mode="after")
    def _start(self) -> Self:
        if self.vus > self.max_vus:
            raise mistake(f'"vus" ({self.vus}) is above "max_vus" ({self.max_vus})', key="vus")
        return self


_FAMILY = Family(
    "executor",
    {
        "constant-vus": ConstantVus,
        "ramping-vus": RampingVus,
        "per-vu-iterations": PerVuIterations,
        "shared-iterations": SharedIterations,
        "constant-arrival-rate": ConstantArrivalRate,
        "ramping-arrival-rate": RampingArrivalRate,
        "externally-controlled": ExternallyControlled,
    },
    key="executor",
)

Scenario = Annotated[
    Annotated[ConstantVus, Tag(_FAMILY.tag("constant-vus"))]
    | Annotated[RampingVus, Tag(_FAMILY.tag("ramping-vus"))]
    | Annotated[PerVuIterations, Tag(_FAMILY.tag("per-vu-iterations"))]
    | Annotated[SharedIterations, Tag(_FAMILY.tag("shared-iterations"))]
    | Annotated[ConstantArrivalRate, Tag(_FAMILY.tag("constant-arrival-rate"))]
    | Annotated[RampingArrivalRate, Tag(_FAMILY.tag("ramping-arrival-rate"))]
    | Annotated[ExternallyControlled, Tag(_FAMILY.tag("externally-controlled"))],
    _FAMILY.discriminator(),
]
