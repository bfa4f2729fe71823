"""The variables of a branch that runs beside others: a copy that knows what was changed in it."""

from collections.abc import Mapping
from typing import Any, Self


class BranchVariables(dict[str, Any]):
    """A copy of a scope's variables that can hand its changes back.

    What was set counts as changed even when the value is the old one: of two branches that set a
    variable the later one wins, whatever it sets.
    """

    __slots__ = ("_changed",)

    def __init__(self, variables: Mapping[str, Any]) -> None:
        super().__init__(variables)
        # A dict, because it keeps the order in which variables were first set.
        self._changed: dict[str, None] = {}

    def apply_to(self, variables: dict[str, Any]) -> None:
        """Set and delete in others what was set and deleted here."""
        for name in self._changed:
            if name in self:
                variables[name] = self[name]
            else:
                variables.pop(name, None)

    def __setitem__(self, name: str, value: Any) -> None:
        self._changed[name] = None
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        super().__delitem__(name)
        self._changed[name] = None

    # A dict's own methods do not go through those two.

    def update(self, *others: Any, **named: Any) -> None:
        """As a dict's."""
        for name, value in dict(*others, **named).items():
            self[name] = value

    def __ior__(self, other: Any) -> Self:  # type: ignore[override,misc]
        self.update(other)
        return self

    def setdefault(self, name: str, default: Any = None) -> Any:
        """As a dict's."""
        if name not in self:
            self[name] = default
        return self[name]

    def pop(self, name: str, *default: Any) -> Any:
        """As a dict's."""
        self._changed[name] = None
        return super().pop(name, *default)

    def popitem(self) -> tuple[str, Any]:
        """As a dict's."""
        name, value = super().popitem()
        self._changed[name] = None
        return name, value

    def clear(self) -> None:
        """As a dict's."""
        self._changed.update(dict.fromkeys(self))
        super().clear()
