"""What one virtual user knows while it runs: the home of variables and flow state."""

from copy import copy
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from loadr_core.spi.draws import GOLDEN, MASK, Draws, mixed
from loadr_core.spi.variables import BranchVariables

if TYPE_CHECKING:
    from collections.abc import Mapping


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
        start_number: the number of the iteration's start in the scenario, over all workers, from 0; `None`
            where iterations do not start on a schedule.
        start_delay: how many seconds later than intended the iteration started; its first request takes
            it, so that all others find 0. Where branches come first, each has a first request.
        scenario: the scenario's name.
        variables: what extraction, loops and scripts have set; kept over iterations.
        random: the VU's own generator, seeded anew for each iteration that uses it.
        sessions: the VU's open sessions, by the index that the compiler gave to each protocol.
        scripts: the VU's `loadr_core.spi.VuScript` of each engine that its scenario uses, by the engine's name.
        cookies: the VU's `loadr_core.cookies.CookieJar`, one for all protocols; kept over iterations.
        failed_requests: how many requests have failed so far.
        mended_requests: how many of them a retry has made good since.
        last_failure: the last of them, for people.
        last_response: the last response, where an expression of the plan's script may look at it.
        group_paths: the paths of the groups around a step whose names are templates, by the compiler's
            number of each.
        trace_id: the id of the trace that the request which is being rendered belongs to.
        hooked: the request that is sent now and what a script's hooks have made of it, where there are hooks.
        rows: the running iteration's rows by data source; looking one up takes it. Branches of one
            iteration share the mapping.
    """

    __slots__ = (
        "_forked_in",
        "_forks",
        "_random",
        "_seed",
        "_seeded_for",
        "cookies",
        "failed_requests",
        "group_paths",
        "hooked",
        "iteration",
        "last_failure",
        "last_response",
        "mended_requests",
        "rows",
        "scenario",
        "scripts",
        "sessions",
        "start_delay",
        "start_number",
        "trace_id",
        "variables",
        "vu",
    )

    def __init__(self, context: VuContext, seed: int = 0, cookies: Any = None) -> None:
        """Start with nothing known; `seed` stands for (run seed, scenario, VU), without VU in open models."""
        self.vu = context.vu
        self.scenario = context.scenario
        self.iteration = 0
        self.start_number: int | None = None
        self.start_delay = 0.0
        self.variables: dict[str, Any] = {}
        self.sessions: list[Any] = []
        self.scripts: dict[str, Any] = {}
        self.rows: dict[str, Mapping[str, Any]] = {}
        self.cookies = cookies
        self.failed_requests = 0
        self.mended_requests = 0
        self.group_paths: dict[int, str] = {}
        self.last_failure: str | None = None
        self.last_response: Any = None
        self.trace_id = ""
        self.hooked: Any = None
        self._seed = seed
        self._seeded_for: int | None = None
        self._random: Random | None = None
        self._forks = 0
        self._forked_in = -1

    @property
    def random(self) -> Random:
        """The VU's generator: 2.5 KB to make, so it waits for an iteration that draws."""
        if self._random is None:
            self._random = Draws()
        key = self.key
        if self._seeded_for != key:
            self._seeded_for = key
            self._random.seed(self.iteration_seed)
        return self._random

    @property
    def key(self) -> int:
        """What tells the iteration from all others of its seed: its start where it has one, else its number."""
        return self.iteration if self.start_number is None else self.start_number

    def fork(self, branches: int) -> "tuple[Scope, ...]":
        """Scopes for branches that run at once: one VU with its sessions, but variables and cookies of their own.

        Each has a generator of its own, so that draws do not depend on which branch is quicker.
        """
        if self._forked_in != self.iteration:
            self._forked_in, self._forks = self.iteration, 0
        self._forks += 1
        return tuple(self._branch(number) for number in range(branches))

    def join(self, scopes: "tuple[Scope, ...]") -> None:
        """Take over what branches have set, in their order: the last one that set a variable wins."""
        for scope in scopes:
            variables = scope.variables
            if isinstance(variables, BranchVariables):
                variables.apply_to(self.variables)
            if self.cookies is not None:
                self.cookies.merge(scope.cookies)
            self.failed_requests += scope.failed_requests
            self.mended_requests += scope.mended_requests
            self.last_failure = scope.last_failure or self.last_failure
            self.start_delay = min(self.start_delay, scope.start_delay)

    def _branch(self, number: int) -> "Scope":
        key = (self._forks << 32 | number) + 1
        branch = copy(self)
        branch._become_branch(mixed(self.iteration_seed + key * GOLDEN & MASK))  # noqa: SLF001 - its own class
        return branch

    def _become_branch(self, seed: int) -> None:
        """Let go of what a branch has for itself; everything else stays shared."""
        self.variables = BranchVariables(self.variables)
        self.cookies = None if self.cookies is None else self.cookies.fork()
        self.group_paths = dict(self.group_paths)
        self.failed_requests = self.mended_requests = 0
        self.last_failure = None
        self._seed = seed
        self._seeded_for = None
        self._random = None
        self._forks = 0
        self._forked_in = -1

    @property
    def iteration_seed(self) -> int:
        """64 bits that follow the run's seed, the scenario, and the VU and iteration or the start."""
        return mixed(self._seed ^ self.key * GOLDEN & MASK)

    def __repr__(self) -> str:
        return f"<Scope {self.scenario} vu={self.vu} iteration={self.iteration}>"
