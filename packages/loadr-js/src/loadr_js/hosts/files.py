"""Files that a script reads in pieces, and tables of CSV: once per process for all VUs."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from typing import Any, Final

from loadr_js.hosts.shared import SharedArrays
from loadr_js.runtime.context import HostFunction
from loadr_js.runtime.outcomes import HostError

# A field of a table may be as long as the file: the module's own bound is 128 KiB.
_LONGEST_FIELD: Final = 1 << 28


class ScriptFiles:
    """The files of one script module.

    Args:
        read: the bytes of a file inside of the plan's folder, by its name; raises `HostError`.
        shared: where tables are kept.
        name_of: the name of a file as somebody on a stack means it.
    """

    def __init__(
        self,
        read: Callable[[str], bytes],
        shared: SharedArrays,
        name_of: Callable[[str, str], str] = lambda name, _stack: name,
    ) -> None:
        self._name_of = name_of
        self._read = read
        self._shared = shared
        self._contents: dict[str, bytes] = {}

    def functions(self) -> dict[str, HostFunction]:
        """The host functions."""
        return {"file_open": self.open, "file_read": self.read, "csv_table": self.table}

    def open(self, name: str, stack: str = "") -> dict[str, Any]:
        """Read a file, the first time: its path, name and size."""
        name = self._name_of(name, stack)
        content = self._contents.get(name)
        if content is None:
            content = self._contents[name] = self._read(name)
        return {"path": name, "name": PurePath(name).name, "size": len(content)}

    def read(self, name: str, start: int, count: int) -> list[int]:
        """Some of an opened file's bytes."""
        return list(self._contents[name][start : start + count])

    def table(self, name: str, options: Mapping[str, Any]) -> str:
        """Parse an opened file, the first time: the name of the shared array of its rows.

        Args:
            name: the file's.
            options: `delimiter`, `skipFirstLine`, `fromLine`, `toLine`, `asObjects`; lines count from 0, `toLine`
                is among them.

        Raises:
            HostError: it is no table, or the options exclude each other.
        """
        key = f"csv:{name}:{json.dumps(options, sort_keys=True)}"
        if self._shared.length(key) is None:
            text = self._contents[name].decode("utf-8-sig", "replace")
            try:
                rows = [json.dumps(row, ensure_ascii=False) for row in _rows(text, options)]
            except csv.Error as error:
                raise HostError(f"{name}: {error}") from error
            self._shared.put(key, rows)
        return key


def _rows(text: str, options: Mapping[str, Any]) -> Iterator[list[str] | dict[str, str]]:
    first, last = int(options.get("fromLine") or 0), options.get("toLine")
    skips, makes_objects = bool(options.get("skipFirstLine")), bool(options.get("asObjects"))
    if makes_objects and (skips or first):
        what = "'skipFirstLine' is true" if skips else "'fromLine' is set to a value greater than 0"
        raise HostError(f"the 'header' option cannot be enabled when {what}")
    if last is not None and last < first:
        raise HostError("the 'fromLine' option must be less than or equal to the 'toLine' option")
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=str(options.get("delimiter") or ","), strict=True
    )
    header: list[str] | None = None
    first = max(first, int(skips or makes_objects))
    for number, row in enumerate(filter(None, reader)):
        if header is None:
            header = row
        if len(row) != len(header):
            raise HostError(f"record on line {reader.line_num}: wrong number of fields")
        if last is not None and number > last:
            return
        if number >= first:
            yield dict(zip(header, row, strict=True)) if makes_objects else row
