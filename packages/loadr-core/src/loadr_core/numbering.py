"""The numbers of VUs: unique in the whole run, the same on every worker. Pure.

A scenario's VUs are numbered in a row, those of the next scenario follow. A scenario that is scaled
beyond what the plan says gets numbers after all those, which the scenarios take in turn.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from loadr_config.models import (
    ConstantArrivalRate,
    ConstantVus,
    ExternallyControlled,
    PerVuIterations,
    RampingArrivalRate,
    RampingVus,
    Scenario,
    SharedIterations,
)

MOST_VUS: Final = 10_000
"""The largest pool of a scenario that sizes it itself."""


@dataclass(frozen=True, slots=True)
class VuNumbers:
    """The numbers of one scenario's VUs.

    Attributes:
        first: the number of its first VU, from 1.
        planned: how many VUs the plan gives it.
        extra: the number of the first VU beyond those.
        step: the distance between two numbers beyond those.
    """

    first: int = 1
    planned: int = 1
    extra: int = 2
    step: int = 1

    def number(self, place: int) -> int:
        """The number of the scenario's VU at a place, from 0."""
        if place < self.planned:
            return self.first + place
        return self.extra + (place - self.planned) * self.step


def number_vus(scenarios: Mapping[str, Scenario]) -> dict[str, VuNumbers]:
    """The numbers of all scenarios' VUs, in the order of the plan."""
    planned = {name: planned_vus(scenario) for name, scenario in scenarios.items()}
    extra, first = 1 + sum(planned.values()), 1
    numbers = {}
    for index, (name, count) in enumerate(planned.items()):
        numbers[name] = VuNumbers(first, count, extra + index, len(planned))
        first += count
    return numbers


def planned_vus(scenario: Scenario) -> int:
    """The most VUs that a scenario has by its plan, over all workers."""
    match scenario:
        case ConstantVus() | PerVuIterations() | SharedIterations():
            return scenario.vus
        case RampingVus():
            return max(scenario.start_vus, *(stage.target for stage in scenario.stages))
        case ExternallyControlled():
            return scenario.max_vus
        case ConstantArrivalRate() | RampingArrivalRate():
            return scenario.max_vus or scenario.pre_allocated_vus or MOST_VUS
