"""Gaps: places of a plan that were taken out, so that what is left is whole and can be looked at.

Paths in what is left are not those of the plan: where an entry of a list is gone, the later ones have moved
up. `original` leads back.
"""

from dataclasses import dataclass, field

from loadr_config._tree.nodes import Path


@dataclass(slots=True)
class Gaps:
    """What was taken out of a plan.

    Attributes:
        taken: The places, as paths of the plan; what stands there now is a stand-in, or nothing.
        kept: For every list that lost entries, by its path in the plan: the numbers of those it kept.
    """

    taken: set[Path] = field(default_factory=set)
    kept: dict[Path, list[int]] = field(default_factory=dict)
    _above: set[Path] = field(default_factory=set)

    def take(self, path: Path) -> None:
        """Take down that a place was taken out."""
        self.taken.add(path)
        self._above.update(path[:length] for length in range(len(path)))

    def original(self, path: Path) -> Path:
        """Return the path in the plan for one in what is left."""
        if not self.kept:
            return path
        found: Path = ()
        for part in path:
            kept = self.kept.get(found)
            moved = isinstance(part, int) and kept is not None and part < len(kept)
            found = (*found, kept[part] if moved and kept is not None and isinstance(part, int) else part)
        return found

    def covers(self, path: Path) -> bool:
        """Tell whether a path of the plan lies in a gap."""
        return any(path[:length] in self.taken for length in range(len(path) + 1))

    def is_whole(self, path: Path) -> bool:
        """Tell whether nothing at a path of the plan, below it or above it, was taken out."""
        return path not in self._above and not self.covers(path)
