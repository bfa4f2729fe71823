"""How far an executor is: what a worker tells its coordinator of each scenario."""

from typing import Literal, NamedTuple

State = Literal["waiting", "running", "stopping", "done"]


class Progress(NamedTuple):
    """How far an executor is.

    Attributes:
        fraction: of its schedule, 0 to 1.
        active_vus: VUs that run now.
        iterations: iterations that ended so far.
        started: iterations that began so far, those that run now included.
        most_vus: the most VUs that ran at once.
        paused: whether somebody paused it.
    """

    scenario: str
    executor: str
    state: State
    fraction: float
    active_vus: int
    iterations: int
    most_vus: int = 0
    paused: bool = False
    started: int = 0
