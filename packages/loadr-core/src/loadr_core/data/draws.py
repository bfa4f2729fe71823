"""Which draws of a shared source an instance of the run makes: arithmetic, so that nobody has to ask.

A shared source hands out draw 0, 1, 2, ... in the whole fleet, and draw d is row d modulo the number of
rows. The VUs that use the source have a seat each, numbered instance by instance; draw d belongs to seat
d modulo the number of seats, and an instance makes the draws of its seats, in order. So every draw is made
by exactly one instance; no row is handed out twice within a lap, which is as many draws as there are rows;
and while all VUs are equally fast, rows are used in the order of the file.

What it does not promise: an instance that is faster than the others begins its part of the next lap
before they have ended theirs; and with `on_eof: stop`, what belongs to an instance whose VUs never start
(those of a ramp that is cut short) is used by nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from loadr_config.models import TestPlan
from loadr_config.usage import scenarios_using, sources_used_once
from loadr_core.numbering import planned_vus
from loadr_core.segments import Segment


@dataclass(frozen=True, slots=True)
class Draws:
    """The draws of one instance.

    Attributes:
        first: the number of its first seat, from 0.
        seats: how many seats are here; 0 when no VU of this instance uses the source.
        total: all seats of the fleet.
    """

    first: int = 0
    seats: int = 1
    total: int = 1

    def __call__(self, taken: int) -> int:
        """The number of the next draw, after `taken` draws were made here."""
        lap, seat = divmod(taken, self.seats)
        return lap * self.total + self.first + seat


def draws_of(segment: Segment, holders: Iterable[int], *, once: bool = False) -> Draws:
    """The draws of an instance.

    Args:
        segment: which instance it is.
        holders: the VUs of each scenario that uses the source, over all instances.
        once: whether something uses the source once in the run (`setup`): it has a seat in instance 0.
    """
    holders = list(holders)
    seats = [
        sum(len(Segment(index, segment.count).stripe(vus)) for vus in holders) + (once and index == 0)
        for index in range(segment.count)
    ]
    return Draws(sum(seats[: segment.index]), seats[segment.index], sum(seats))


def plan_draws(plan: TestPlan, segment: Segment) -> dict[str, Draws]:
    """The draws of an instance from each source of a plan.

    A source that no template names is for scripts: nobody can see whose, so that every VU has a seat.
    """
    once = sources_used_once(plan)
    vus = {name: planned_vus(scenario) for name, scenario in plan.scenarios.items()}
    draws = {}
    for source, users in scenarios_using(plan).items():
        holders = users or ([] if source in once else list(vus))
        draws[source] = draws_of(segment, (vus[name] for name in holders), once=source in once)
    return draws
