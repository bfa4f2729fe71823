"""How many workers a plan needs: one where one core can serve it, else one per usable core.

A run in one process costs less memory and starts sooner; a worker that fills its core measures itself.
So the plan's highest request rate is estimated, and compared with what a core serves while it stays
below half of its time:

- open executors: their highest rate times the requests of an iteration;
- closed executors: VUs times the requests of an iteration over its time, which is its shortest wait
  and `RESPONSE_SECONDS` a request; pacing and throttle bound it.

The estimate errs towards more workers: it takes responses for fast and waits for short.
"""

from dataclasses import dataclass
from math import inf
from typing import Final

from loadr_config.models import Scenario, TestPlan
from loadr_config.outlook import Outlook, PlanOutlook, plan_outlook

REQUESTS_PER_CORE: Final = 10_000.0
"""Requests per second; 12 to 20 us each (benchmarks/ http-closed-loop), and as much again for TLS or extraction."""

SCRIPTED_REQUESTS_PER_CORE: Final = 2_000.0
"""The same where a script runs."""

RESPONSE_SECONDS: Final = 0.005
"""What the fastest response of a target that is worth a load test is taken to last."""


@dataclass(frozen=True, slots=True)
class FleetSize:
    """A number of workers, and why."""

    workers: int
    reason: str


def fleet_size(plan: TestPlan, cores: int) -> FleetSize:
    """The number of workers for a plan.

    Args:
        plan: the plan as it is to run.
        cores: the cores that this process may use.
    """
    future = plan_outlook(plan)
    capacity = SCRIPTED_REQUESTS_PER_CORE if plan.script_modules else REQUESTS_PER_CORE
    in_all = future.requests.most
    if in_all is not None and in_all <= capacity:
        return FleetSize(1, f"the plan sends at most {in_all:,} requests, which one core serves")
    rate = sum(_requests_per_second(plan.scenarios[name], one) for name, one in future.scenarios.items())
    served = f"one core serves some {capacity:,.0f}"
    if rate <= capacity:
        return FleetSize(1, f"the plan asks for at most {rate:,.0f} requests/s, {served}")
    most = _most_useful(future, cores)
    if most == 1:
        return FleetSize(1, "there is one usable core" if cores == 1 else "the plan has one VU")
    whose = "all usable cores" if most == cores else f"as many as VUs, of {cores} usable cores"
    return FleetSize(most, f"{whose}: the plan may send {rate:,.0f} requests/s, {served}")


def most_requests_in_a_second(plan: TestPlan) -> float:
    """What a plan cannot exceed, however fast its target is; infinite where only the target bounds it.

    An iteration without requests counts as one. Redirects and what a page embeds are not counted.
    """
    future = plan_outlook(plan)
    rate = sum(_bounded_rate(plan.scenarios[name], one) for name, one in future.scenarios.items())
    requests, iterations = future.requests.most, future.iterations.most
    return rate if requests is None or iterations is None else min(rate, float(max(requests, iterations)))


def _bounded_rate(scenario: Scenario, future: Outlook) -> float:
    bounds = [inf]
    if scenario.throttle is not None:
        bounds.append(scenario.throttle.requests_per_second)
    if future.requests.most is not None:
        each = float(max(future.requests.most, 1))
        if scenario.pacing is not None:
            bounds.append(scenario.pacing.iterations_per_second * each)
        if future.unit == "iterations/s":
            bounds.append(future.ramp.peak * each)
        elif future.pause > 0:
            bounds.append(_most_vus(future) * each / future.pause)
    return min(bounds)


def _most_useful(future: PlanOutlook, cores: int) -> int:
    """A worker without a VU would do nothing."""
    return cores if future.max_vus is None else max(min(cores, future.max_vus), 1)


def _requests_per_second(scenario: Scenario, future: Outlook) -> float:
    """The highest rate that a scenario may reach; an iteration without requests counts as one."""
    known = future.requests.most
    each = float(max(future.requests.least if known is None else known, 1))
    if future.unit == "iterations/s":
        rate = future.ramp.peak * each
    elif known is None:  # a loop over time or a script: taken for one without a pause
        rate = _most_vus(future) / RESPONSE_SECONDS
    else:
        rate = _most_vus(future) * each / (future.pause + each * RESPONSE_SECONDS)
    if scenario.pacing is not None:
        rate = min(rate, scenario.pacing.iterations_per_second * each)
    if scenario.throttle is not None:
        rate = min(rate, scenario.throttle.requests_per_second)
    return rate


def _most_vus(future: Outlook) -> float:
    return future.ramp.peak if future.max_vus is None else float(future.max_vus)
