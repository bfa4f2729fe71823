"""What one virtual user knows while it runs: the home of variables and flow state."""

from dataclasses import dataclass
from random import Random
from typing import Any


@dataclass(frozen=True, slots=True)
class VuContext:
    """Who a VU is: given once, when its sessions are opened.

    Attributes:
        vu: the VU's number in the whole run, from 1, over all workers.
        scenario: the name of its scenario.
    """

    vu: int
    scenario: str


class Scope:
    """One VU's state, handed to every step, template and request of its iterations.

    Attributes:
        vu: the VU's number in the whole run, from 1.
        iteration: the iteration's number, from 0, per VU and scenario.
        scenario: the scenario's name.
        variables: what extraction, loops and scripts have set; kept over iterations.
        random: the VU's own generator, seeded anew for each iteration.
        sessions: the VU's open sessions, by the index that the compiler gave to each protocol.
    """

    __slots__ = ("iteration", "random", "scenario", "sessions", "variables", "vu")

    def __init__(self, context: VuContext, random: Random) -> None:
        self.vu = context.vu
        self.scenario = context.scenario
        self.iteration = 0
        self.variables: dict[str, Any] = {}
        self.random = random
        self.sessions: list[Any] = []

    def __repr__(self) -> str:
        return f"<Scope {self.scenario} vu={self.vu} iteration={self.iteration}>"
