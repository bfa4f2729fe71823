"""Exact shares of a run: what one of several instances does.

Worker processes and remote agents use the same arithmetic. Shares partition their total exactly:
no VU, iteration, start or row is lost or done twice, and numbering is stable.

VUs are dealt out like cards: VU k is the instance's k modulo count. So a number of VUs that grows by
one changes one instance only, and the VUs that an instance has are kept. What belongs to VUs
(iterations, starts, turns of a limit) is dealt to VUs in turn and follows them: an instance without a
VU gets none, one with twice as many gets twice as much.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Segment:
    """Instance `index` of `count`.

    Raises:
        ValueError: `index` is not within `count`.
    """

    index: int = 0
    count: int = 1

    def __post_init__(self) -> None:
        """Refuse what is no part of a whole."""
        if not 0 <= self.index < self.count:
            raise ValueError(f"segment {self.index} of {self.count}")

    def span(self, total: int) -> range:
        """The numbers, from 0, of this instance's part of `total` things in a row."""
        return range(total * self.index // self.count, total * (self.index + 1) // self.count)

    def stripe(self, total: int) -> range:
        """The numbers, from 0, of this instance's VUs when there are `total` of them."""
        return range(self.index, total, self.count)

    def turns(self, holders: int) -> "Turns":
        """This instance's part of what is dealt in turn to `holders` VUs."""
        return Turns(self.index, self.count, holders)


@dataclass(frozen=True, slots=True)
class Turns:
    """The numbers, from 0 and without end, that belong to one instance's VUs.

    Number n belongs to VU `n % holders`, and that VU to the instance of its stripe.

    Attributes:
        index: the instance.
        count: how many instances there are.
        holders: how many VUs there are in all, at least 1.
    """

    index: int
    count: int
    holders: int

    @property
    def any(self) -> bool:
        """Whether any number belongs to the instance."""
        return self.index < self.holders

    def owns(self, number: int) -> bool:
        """Whether a number belongs to the instance."""
        return number % self.holders % self.count == self.index

    def at_or_after(self, number: int) -> int:
        """The instance's first number that is not below `number`; it must have any."""
        if self.count == 1:
            return number
        lap, place = divmod(number, self.holders)
        place += (self.index - place) % self.count
        return lap * self.holders + place if place < self.holders else (lap + 1) * self.holders + self.index

    def at_or_before(self, number: int) -> int:
        """The instance's last number that is not above `number`; below 0 when there is none."""
        if self.count == 1:
            return number
        lap, place = divmod(number, self.holders)
        place -= (place - self.index) % self.count
        if place >= 0:
            return lap * self.holders + place
        last = self.holders - 1
        return (lap - 1) * self.holders + last - (last - self.index) % self.count

    def below(self, total: int) -> int:
        """How many of the first `total` numbers belong to the instance."""
        laps, rest = divmod(total, self.holders)
        each = len(range(self.index, self.holders, self.count))
        return laps * each + len(range(self.index, rest, self.count))
