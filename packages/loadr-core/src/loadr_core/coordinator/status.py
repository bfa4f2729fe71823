"""From the state of a run to what it tells of itself while it goes on."""

from loadr_core.control.status import Phase, RunStatus, WorkerStatus
from loadr_core.coordinator.crew import Crew
from loadr_core.coordinator.state import RunState


def run_status(
    run_id: str, name: str, phase: Phase, reason: str | None, crew: Crew, state: RunState
) -> RunStatus:
    """The status of a run.

    Args:
        run_id: its name for machines.
        name: its name for people.
        phase: where in its life it is.
        reason: why it is ending early.
        crew: its members.
        state: what they have reported.
    """
    scenarios = state.scenarios()
    return RunStatus(
        run_id=run_id,
        name=name,
        phase=phase,
        elapsed_secs=round(state.elapsed, 3),
        reason=reason,
        requests=state.requests.total,
        failed_requests=state.requests.hits,
        iterations=sum(scenario.iterations for scenario in scenarios),
        scenarios=scenarios,
        workers=worker_statuses(crew, state),
        health=state.health(),
    )


def worker_statuses(crew: Crew, state: RunState) -> list[WorkerStatus]:
    """The workers, also those that are gone."""
    present, lost = crew.present, crew.lost
    return [
        WorkerStatus(
            number=member.number,
            place=member.place,
            is_present=member.number in present,
            is_lost=member.number in lost,
            cpu=round(state.cpu_of(member.number), 3),
            active_vus=state.vus_of(member.number),
        )
        for member in crew.members
    ]
