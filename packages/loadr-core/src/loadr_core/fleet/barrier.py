"""A point that all instances must reach before any goes on."""

from collections.abc import Iterable


class Barrier:
    """Counts who has come. One that is lost is not waited for: nothing hangs on the dead.

    missing ──arrive──▶ arrived
       └─────leave────▶ gone            open as soon as nobody is missing
    """

    def __init__(self, members: Iterable[int]) -> None:
        """Wait for these.

        Args:
            members: the numbers of the instances.
        """
        self._missing = set(members)
        self._arrived: set[int] = set()

    def arrive(self, member: int) -> None:
        """A member has come; a second time changes nothing, and one that left stays away."""
        if member in self._missing:
            self._missing.discard(member)
            self._arrived.add(member)

    def leave(self, member: int) -> None:
        """A member will never come, or never again."""
        self._missing.discard(member)
        self._arrived.discard(member)

    @property
    def is_open(self) -> bool:
        """Whether nobody is missing any more."""
        return not self._missing

    @property
    def missing(self) -> frozenset[int]:
        """Those who have not come yet."""
        return frozenset(self._missing)

    @property
    def arrived(self) -> frozenset[int]:
        """Those who came and are still there."""
        return frozenset(self._arrived)

    def __repr__(self) -> str:
        missing = ", ".join(map(str, sorted(self._missing))) or "nobody"
        return f"<Barrier waiting for {missing}>"
