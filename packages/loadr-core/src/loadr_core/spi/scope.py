"""What one virtual user knows while it runs: the home of variables and flow state."""

from dataclasses import dataclass
from random import Random
from typing import Any, Final

# Spreads consecutive iteration numbers over 64 bits (the golden ratio's fraction, as in SplitMix64).
_MIX: Final = 0x9E3779B97F4A7C15
_MASK: Final = 0xFFFFFFFFFFFFFFFF


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
        random: the VU's own generator, seeded anew for each iteration that uses it.
        sessions: the VU's open sessions, by the index that the compiler gave to each protocol.
        cookies: the VU's `loadr_core.cookies.CookieJar`, one for all protocols; kept over iterations.
    """

    __slots__ = (
        "_random",
        "_seed",
        "_seeded_for",
        "cookies",
        "iteration",
        "scenario",
        "sessions",
        "variables",
        "vu",
    )

    def __init__(self, context: VuContext, seed: int = 0, cookies: Any = None) -> None:
        """Start with nothing known; `seed` stands for (run seed, scenario, VU)."""
        self.vu = context.vu
        self.scenario = context.scenario
        self.iteration = 0
        self.variables: dict[str, Any] = {}
        self.sessions: list[Any] = []
        self.cookies = cookies
        self._seed = seed
        self._seeded_for = -1
        self._random: Random | None = None

    @property
    def random(self) -> Random:
        """The VU's generator: 2.5 KB to make and 4 us to seed, so it waits for an iteration that draws."""
        if self._random is None:
            self._random = Random()  # noqa: S311 - think times, not secrets
        if self._seeded_for != self.iteration:
            self._seeded_for = self.iteration
            self._random.seed(self._seed ^ (self.iteration * _MIX & _MASK))
        return self._random

    def __repr__(self) -> str:
        return f"<Scope {self.scenario} vu={self.vu} iteration={self.iteration}>"
