"""What every extension with the ability `Checks` must do, whatever it checks."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from loadr_config.models import HttpDefaults
from loadr_core.spi import Checks, Finding, PlanContext, PlanPart


class ChecksConformance(ABC):
    """Subclass as `TestMyChecks`, set `extension`, and override `right` and `wrong`.

    Attributes:
        extension: what the entry point names: a class, or an object.
    """

    extension: Any

    @abstractmethod
    def right(self) -> Sequence[PlanPart]:
        """Parts with which nothing is wrong."""

    @abstractmethod
    def wrong(self) -> Sequence[PlanPart]:
        """Parts that each have at least one mistake, each at a path of its own."""

    def context(self) -> PlanContext:
        """What surrounds the parts; override it where the checks need more."""
        return PlanContext(HttpDefaults(), Path.cwd())

    def found(self, parts: Sequence[PlanPart]) -> list[Finding]:
        """What the extension says."""
        return list(self.extension.check(parts, self.context()))

    def test_it_has_the_ability(self) -> None:
        """`check` is there, and can be called without making an object first."""
        assert isinstance(self.extension, Checks)

    def test_what_is_right_is_not_complained_about(self) -> None:
        """A false alarm costs more trust than a late error."""
        assert self.found(self.right()) == []

    def test_every_mistake_is_found_at_its_part(self) -> None:
        """All of them at once, each with the path of its part or of a place below."""
        found = self.found(self.wrong())
        for part in self.wrong():
            about = [finding for finding in found if finding.path[: len(part.path)] == part.path]
            assert about, f"nothing is said about {part}"
            for finding in about:
                assert finding.message, part
                assert not finding.message.endswith("."), "messages have no full stop"

    def test_checking_twice_says_the_same(self) -> None:
        """A check leaves nothing behind."""
        parts = [*self.right(), *self.wrong()]
        assert self.found(parts) == self.found(parts)

    def test_no_parts_are_no_mistakes(self) -> None:
        """A plan may name a plugin and use nothing of it."""
        assert self.found([]) == []
