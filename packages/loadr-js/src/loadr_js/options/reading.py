"""Reading single options: types and durations, with notes instead of exceptions."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

from loadr_config.durations import parse_duration
from loadr_config.errors import DurationError
from loadr_js.options.converted import OptionNote

_MISSING: Any = object()


class OptionReader:
    """One object of the options; remembers which keys were asked for.

    Args:
        values: the object.
        path: where it stands.
        notes: where notes go.
    """

    def __init__(
        self, values: Mapping[str, Any], path: tuple[str | int, ...], notes: list[OptionNote]
    ) -> None:
        self._values = values
        self._path = path
        self._notes = notes
        self._asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        self._asked.add(key)
        return self._values.get(key) is not None

    def raw(self, key: str, default: Any = None) -> Any:
        """The value as it is."""
        self._asked.add(key)
        value = self._values.get(key)
        return default if value is None else value

    def number(self, key: str, default: Any = _MISSING) -> Any:
        """A number."""
        value = self.raw(key, default)
        if value is default or (isinstance(value, int | float) and not isinstance(value, bool)):
            return value
        self.wrong(key, f"must be a number, not {value!r}")
        return None if default is _MISSING else default

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self.raw(key, default)
        if not isinstance(value, bool):
            self.wrong(key, f"must be true or false, not {value!r}")
            return default
        return value

    def text(self, key: str, default: str | None = None) -> str | None:
        """A text."""
        value = self.raw(key, default)
        if value is not None and not isinstance(value, str):
            self.wrong(key, f"must be text, not {value!r}")
            return default
        return value

    def seconds(self, key: str, default: float | None = None) -> float | None:
        """A duration as k6 has it: `1m30s`; a bare number is milliseconds."""
        value = self.raw(key)
        if value is None:
            return default
        try:
            number = _milliseconds(value)
            return parse_duration(value) if number is None else number / 1000.0
        except (TypeError, DurationError) as error:
            self.wrong(key, str(error))
            return default

    def texts(self, key: str) -> dict[str, str]:
        """A map of texts; numbers become text."""
        value = self.raw(key, {})
        if not isinstance(value, Mapping):
            self.wrong(key, f"must be an object, not {value!r}")
            return {}
        return {str(name): str(text) for name, text in value.items() if text is not None}

    def items(self, key: str) -> list[Any]:
        """A list."""
        value = self.raw(key, [])
        if not isinstance(value, list):
            self.wrong(key, f"must be an array, not {value!r}")
            return []
        return value

    def inner(self, *keys: str | int) -> "OptionReader | None":
        """An object within; `None` when it is none."""
        value: Any = self._values
        for key in keys:
            value = value[key]
        self._asked.add(str(keys[0]))
        if not isinstance(value, Mapping):
            self._notes.append(OptionNote((*self._path, *keys), f"must be an object, not {value!r}", True))
            return None
        return OptionReader(value, (*self._path, *keys), self._notes)

    @contextmanager
    def all_known(self, *more: str) -> Iterator[None]:
        """After the block, note every key that was not asked for.

        Args:
            more: keys that are known, but mean nothing here.
        """
        yield
        known = self._asked | set(more)
        for key in self._values:
            if key not in known:
                near = get_close_matches(key, known, n=1)
                hint = f"; did you mean {near[0]}?" if near else ""
                self._notes.append(OptionNote((*self._path, key), f"is not known{hint}", is_error=True))

    def wrong(self, key: str, message: str) -> None:
        """Note an error."""
        note = OptionNote((*self._path, key), message, is_error=True)
        if note not in self._notes:
            self._notes.append(note)

    def without_effect(self, key: str, message: str) -> None:
        """Note that an option does nothing, where it is set."""
        if key in self:
            self._notes.append(OptionNote((*self._path, key), message, is_error=False))


def _milliseconds(value: Any) -> float | None:
    """A bare number, also one in quotes."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None
