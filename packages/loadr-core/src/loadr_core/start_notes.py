"""What a reader of a summary must know of scenarios whose iterations start on a schedule. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from loadr_config.models import OpenScenario, Scenario
from loadr_config.summary import ScenarioSummary

_TWO_TIMES: Final = (
    "http_req_duration counts from the sending of a request, http_req_corrected_duration from the moment at "
    "which its iteration was due: only the second shows a target that kept later starts waiting"
)


def start_notes(
    scenarios: Mapping[str, Scenario], summaries: Sequence[ScenarioSummary], *, corrected: bool
) -> list[str]:
    """The notes on arrival rates, a sentence each.

    Args:
        scenarios: the plan's, by name.
        summaries: what became of them.
        corrected: whether there are corrected response times.
    """
    open_ones = [
        (summary, scenario)
        for summary in summaries
        if isinstance(scenario := scenarios.get(summary.name), OpenScenario)
    ]
    notes = []
    dropped = sum(summary.dropped for summary, _ in open_ones)
    if corrected:
        starts = f"{dropped:,} start{'' if dropped == 1 else 's'}"
        were = "was dropped and is" if dropped == 1 else "were dropped and are"
        notes.append(f"{_TWO_TIMES}; {f'{starts} {were} in neither' if dropped else 'no start was dropped'}")
    for summary, scenario in open_ones:
        notes.extend(_pool_notes(summary, scenario))
    return notes


def _pool_notes(summary: ScenarioSummary, scenario: OpenScenario) -> list[str]:
    vus = f"{summary.max_vus:,} VU{'' if summary.max_vus == 1 else 's'}"
    if scenario.max_vus is None and not scenario.pre_allocated_vus:
        note = f"scenario {summary.name!r} sized its own pool and needed {vus} at once"
        if summary.dropped:
            note += f"; it dropped {summary.dropped:,} starts at the pool's bound, which max_vus can set"
        return [note]
    if summary.dropped:
        return [
            (
                f"scenario {summary.name!r} dropped {summary.dropped:,} starts: all of its {vus} were busy; "
                "the target is too slow for the rate, or max_vus is too small for the target"
            )
        ]
    return []
