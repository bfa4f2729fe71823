"""All scenarios of a plan together."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from loadr_config.models import TestPlan
from loadr_config.outlook._counts import Count, bounded
from loadr_config.outlook._schedules import Outlook, outlook


@dataclass(frozen=True, slots=True)
class PlanOutlook:
    """The future of a run.

    Attributes:
        scenarios: The scenarios' by name, in the order of the plan.
        duration: Seconds after which no iteration starts; None when somebody has to stop the run.
        longest: Seconds after which the last iteration is interrupted; None as for `duration`.
        max_vus: The most VUs at once, over all scenarios; None where a pool sizes itself.
    """

    scenarios: Mapping[str, Outlook]
    duration: float | None
    longest: float | None
    max_vus: int | None

    @property
    def iterations(self) -> Count:
        """The iterations of all scenarios."""
        return sum((future.iterations for future in self.scenarios.values()), start=Count(0, 0))

    @property
    def requests(self) -> Count:
        """The requests of all scenarios."""
        return sum((future.all_requests for future in self.scenarios.values()), start=Count(0, 0))


def plan_outlook(plan: TestPlan) -> PlanOutlook:
    """Tell the future of a plan's run."""
    futures = {name: outlook(scenario, plan.defaults.think_time) for name, scenario in plan.scenarios.items()}
    ends = [_end(future) for future in futures.values()]
    last = max(end for end, _ in ends)
    return PlanOutlook(
        futures,
        duration=None if last == inf else last,
        longest=None if last == inf else max(longest for _, longest in ends),
        max_vus=_most_at_once(list(futures.values())),
    )


def _end(future: Outlook) -> tuple[float, float]:
    """When nothing starts any more, and when nothing runs any more."""
    end = inf if future.duration is None else future.start + future.duration
    return end, end + future.grace


def _most_at_once(futures: list[Outlook]) -> int | None:
    """Bound the VUs: each scenario has its most from its start to the end of its grace.

    The sum can only reach its largest value when a scenario starts.
    """
    most = 0
    for moment in {future.start for future in futures}:
        total = 0
        for future in futures:
            if future.start <= moment <= _end(future)[1]:
                if future.max_vus is None:
                    return None
                total += future.max_vus
        most = max(most, total)
    return bounded(most)
