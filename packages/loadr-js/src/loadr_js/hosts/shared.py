"""`SharedArray`: the elements of an array, as JSON, once per process for all VUs."""

from loadr_js.runtime.context import HostFunction
from loadr_js.runtime.outcomes import HostError


class SharedArrays:
    """The shared arrays of one script module, by name."""

    def __init__(self) -> None:
        self._arrays: dict[str, list[str]] = {}

    def functions(self) -> dict[str, HostFunction]:
        """The host functions."""
        return {"shared_length": self.length, "shared_put": self.put, "shared_at": self.at}

    def length(self, name: str) -> int | None:
        """How many elements an array has; `None` when it was not made yet."""
        elements = self._arrays.get(name)
        return None if elements is None else len(elements)

    def put(self, name: str, elements: list[str]) -> int:
        """Keep an array that the first VU has made; its length."""
        self._arrays.setdefault(name, elements)
        return len(self._arrays[name])

    def at(self, name: str, index: int) -> str:
        """One element's JSON."""
        try:
            return self._arrays[name][index]
        except (KeyError, IndexError) as error:
            raise HostError(f"SharedArray {name!r} has no element {index}") from error
