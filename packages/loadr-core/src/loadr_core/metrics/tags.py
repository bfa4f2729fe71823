"""Tag sets as small integers, with a bound on the number of values that a tag may have.

A tag with more than 1,000 values in one run (a URL with an id in it) would make the number of
series grow without end: further values are folded into `other`, and the summary says so.
"""

from collections.abc import Iterable, Mapping
from typing import Final

TagPairs = tuple[tuple[str, str], ...]

MAX_VALUES: Final = 1_000
FOLDED: Final = "other"


def tag_pairs(tags: Mapping[str, str]) -> TagPairs:
    """A tag set in its one form: sorted, tags without a value left out."""
    return tuple(sorted((key, value) for key, value in tags.items() if value))


class TagBudget:
    """Counts the values of each tag and folds those beyond the budget.

    Args:
        kept: (tag, value) pairs that are never folded, because a threshold names them.
        limit: how many values a tag may have.
        dropped: tags that no tag set keeps.
    """

    def __init__(
        self,
        kept: Iterable[tuple[str, str]] = (),
        limit: int = MAX_VALUES,
        dropped: Iterable[str] = (),
    ) -> None:
        self._kept = frozenset(kept)
        self._dropped = frozenset(dropped)
        self._limit = limit
        self._values: dict[str, set[str]] = {}
        self._folded: set[str] = set()

    @property
    def folded(self) -> frozenset[str]:
        """The tags of which at least one value was folded."""
        return frozenset(self._folded)

    def keeps(self, key: str, value: str) -> bool:
        """Whether a threshold names a value."""
        return (key, value) in self._kept

    def apply(self, pairs: TagPairs) -> TagPairs:
        """The tag set without what is dropped, with values beyond the budget replaced."""
        return tuple((key, self._admit(key, value)) for key, value in pairs if key not in self._dropped)

    def _admit(self, key: str, value: str) -> str:
        seen = self._values.setdefault(key, set())
        if value in seen or (key, value) in self._kept:
            return value
        if len(seen) >= self._limit:
            self._folded.add(key)
            return FOLDED
        seen.add(value)
        return value


class TagTable:
    """Numbers tag sets in the order in which they are first seen."""

    def __init__(self, budget: TagBudget) -> None:
        self.budget: Final = budget
        self._ids: dict[TagPairs, int] = {}
        self._sets: list[TagPairs] = []
        self._reported = 0

    def intern(self, tags: Mapping[str, str]) -> int:
        """The number of a tag set."""
        pairs = self.budget.apply(tag_pairs(tags))
        number = self._ids.get(pairs)
        if number is None:
            number = self._ids[pairs] = len(self._sets)
            self._sets.append(pairs)
        return number

    def pairs(self, number: int) -> TagPairs:
        """The tag set of a number, its values within the budget."""
        return self._sets[number]

    def take_new(self) -> tuple[TagPairs, ...]:
        """The tag sets that were numbered since the last call, in the order of their numbers."""
        new = tuple(self._sets[self._reported :])
        self._reported = len(self._sets)
        return new
