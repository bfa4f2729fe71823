"""Slots: a rate as a grid of moments, each of which lets one through.

The grid of the whole run has slot n at n / rate; an instance has those of its turns, so that all
instances together never exceed the rate, and no instance waits for another. A slot is good until the
instance's next one: who comes late by less than that delays nobody, and missed slots are gone, so that
no burst makes up for them (a token bucket that holds one token).
"""

from math import floor

from loadr_core.segments import Turns


class Slots:
    """The slots of one instance.

    Args:
        rate: slots per second in the whole run.
        turns: which slots are this instance's; it must have any.
    """

    def __init__(self, rate: float, turns: Turns) -> None:
        self.rate = rate
        self._turns = turns
        self._next = turns.at_or_after(0)

    def take(self, elapsed: float) -> float | None:
        """Take a slot, if one is open.

        Args:
            elapsed: seconds since the grid's zero.

        Returns:
            `None` when it was taken, else when the next slot opens, in seconds since the grid's zero.
        """
        # Half a nanosecond for the rounding of floats: who waited for a slot must not find it shut.
        open_now = self._turns.at_or_before(int((elapsed + 5e-10) * self.rate))
        if open_now < self._next:
            return self._next / self.rate
        self._next = self._turns.at_or_after(open_now + 1)
        return None

    def deal(self, turns: Turns, elapsed: float) -> None:
        """Go on with other turns; what has opened before belonged to others.

        Args:
            turns: which slots are this instance's from now on.
            elapsed: seconds since the grid's zero, negative before it.
        """
        self._turns = turns
        self._next = turns.at_or_after(max(self._next, floor(elapsed * self.rate) + 1))

    def __repr__(self) -> str:
        return f"<Slots: {self.rate:g}/s, next {self._next}>"
