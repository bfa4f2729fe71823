"""The tags that a step has because of where it stands: known before the run, but for templated groups."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from loadr_core.flow.group import GROUP_SEPARATOR
from loadr_core.spi.text import Text


@dataclass(frozen=True, slots=True)
class Labels:
    """Where a step stands.

    Attributes:
        group: the path of the groups around it, templates as they are written; empty outside of groups.
        slot: where `Scope.group_paths` has the path while it runs; `None` when `group` is it.
        branch: the innermost branch of a random choice; empty outside of one.
    """

    group: str = ""
    slot: int | None = None
    branch: str = ""

    @property
    def tags(self) -> Mapping[str, str]:
        """The tags that are known before the run."""
        return {"group": self.group if self.slot is None else "", "branch": self.branch}

    @property
    def templated_tags(self) -> Mapping[str, Text]:
        """The tags that are known when the step runs."""
        slot = self.slot
        if slot is None:
            return {}
        return {"group": Text(self.group, None, lambda scope: scope.group_paths[slot])}

    def in_group(self, name: str, slot: int | None) -> "Labels":
        """The same inside of a group."""
        return replace(self, group=f"{self.group}{GROUP_SEPARATOR}{name}", slot=slot)

    def in_branch(self, name: str) -> "Labels":
        """The same inside of a branch."""
        return replace(self, branch=name)
