"""Who gets which row next.

pick        mode     the next row
----------  -------  ------------------------------------------------------------------------
sequential  shared   the next one of the run: `Draws` says which of them are this instance's
shuffle     shared   the same, in one order for the whole run that follows (seed, source)
sequential  per_vu   the next one of this VU, each from the first row on
shuffle     per_vu   the same, in an order that follows (seed, source, scenario, VU)
random      either   any row; follows (seed, scenario, VU, iteration, source), and never ends

After the last row comes the first one again, in the same order; with `on_eof: stop` comes nothing.

Budget: 0.5 us a row, 2 us with `shuffle` or `random`, beyond what reading the row costs.
"""

from abc import ABC, abstractmethod

from loadr_config.models import DataSource
from loadr_core.data.draws import Draws
from loadr_core.data.permutation import Permutation, permutation
from loadr_core.seeds import seed_for
from loadr_core.spi.draws import mixed
from loadr_core.spi.scope import Scope


class Feed(ABC):
    """Tells the numbers of the rows to take, one after the other."""

    __slots__ = ()

    @abstractmethod
    def next(self, scope: Scope) -> int | None:
        """The number of the next row, for a VU's iteration; `None` when no row is left."""


class RandomFeed(Feed):
    """Any of `count` rows; `name` keeps two sources of one iteration apart."""

    __slots__ = ("_count", "_salt")

    def __init__(self, count: int, name: str) -> None:
        self._count = count
        self._salt = seed_for(0, name)

    def next(self, scope: Scope) -> int:
        """A number from the iteration's seed: multiplied and cut, which needs no division (Lemire 2019)."""
        return mixed(scope.iteration_seed ^ self._salt) * self._count >> 64


class OrderedFeed(Feed):
    """One of `count` rows after the other.

    Args:
        count: how many rows there are.
        draws: which of the source's draws are made here.
        order: from the place in the order to the number of the row; `None` for the order of the file.
        recycles: whether the first row follows the last.
    """

    __slots__ = ("_count", "_draws", "_order", "_recycles", "_taken")

    def __init__(self, count: int, draws: Draws, order: Permutation | None, *, recycles: bool) -> None:
        self._count = count
        self._draws = draws
        self._order = order
        self._recycles = recycles
        self._taken = 0

    def next(self, scope: Scope) -> int | None:
        """The row of the next draw."""
        del scope
        if not self._draws.seats:
            return None
        draw = self._draws(self._taken)
        if draw >= self._count:
            if not self._recycles:
                return None
            draw %= self._count
        self._taken += 1
        return draw if self._order is None else self._order(draw)


def shared_feed(source: DataSource, name: str, count: int, draws: Draws, seed: int) -> Feed:
    """The feed of all VUs of this instance."""
    if source.pick == "random":
        return RandomFeed(count, name)
    order = permutation(seed_for(seed, "data", name), count) if source.pick == "shuffle" else None
    recycles = source.on_eof == "recycle"
    # Who has no seat and asks all the same is a script that nobody could see. To hand out rows that others have
    # as well does less harm than to end its VU, unless the plan wants each row once.
    return OrderedFeed(count, draws if draws.seats or not recycles else Draws(), order, recycles=recycles)


def vu_feed(source: DataSource, name: str, count: int, seed: int, scope: Scope) -> Feed:
    """The feed of one VU."""
    if source.pick == "random":
        return RandomFeed(count, name)
    shuffled = source.pick == "shuffle"
    order = permutation(seed_for(seed, "data", name, scope.scenario, scope.vu), count) if shuffled else None
    return OrderedFeed(count, Draws(), order, recycles=source.on_eof == "recycle")
