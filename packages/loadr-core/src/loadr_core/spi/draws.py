"""A VU's generator: cheap to seed, because every iteration seeds it.

SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014). Python's own
generator takes 4 us to seed; this one takes 0.2 us, and 0.5 us a number (docs/adr/0016).
"""

from random import Random
from typing import Any, Final

GOLDEN: Final = 0x9E3779B97F4A7C15
"""2 to the 64th over the golden ratio: multiples of it spread evenly over 64 bits."""

MASK: Final = 0xFFFFFFFFFFFFFFFF
_TO_UNIT: Final = 2.0**-53


def mixed(state: int) -> int:
    """64 bits of which each depends on all bits of the state: SplitMix64's finalizer."""
    state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & MASK
    state = (state ^ state >> 27) * 0x94D049BB133111EB & MASK
    return state ^ state >> 31


class Draws(Random):
    """What `random.Random` can do, from SplitMix64."""

    def __init__(self, seed: int = 0) -> None:
        """Start from 64 bits."""
        self._state = 0
        super().__init__(seed)

    def seed(self, seed: Any = 0, version: int = 2) -> None:
        """Start anew, from an integer."""
        del version
        self._state = int(seed) & MASK
        self.gauss_next = None

    def random(self) -> float:
        """A number from 0 to below 1, of 53 bits."""
        # `mixed`, without the cost of a call.
        state = self._state = self._state + GOLDEN & MASK
        state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & MASK
        state = (state ^ state >> 27) * 0x94D049BB133111EB & MASK
        return ((state ^ state >> 31) >> 11) * _TO_UNIT

    def getrandbits(self, k: int, /) -> int:
        """An integer of at most `k` bits."""
        if k < 0:
            raise ValueError("number of bits must be non-negative")
        bits = have = 0
        while have < k:
            self._state = self._state + GOLDEN & MASK
            bits = bits << 64 | mixed(self._state)
            have += 64
        return bits >> have - k

    def getstate(self) -> tuple[Any, ...]:
        """What `setstate` takes."""
        return self._state, self.gauss_next

    def setstate(self, state: tuple[Any, ...]) -> None:
        """Go on from where `getstate` was called."""
        self._state, self.gauss_next = state

    def __reduce__(self) -> tuple[Any, ...]:
        return Draws, (), self.getstate()

    def __repr__(self) -> str:
        return f"<Draws at {self._state:#x}>"
