"""The data sources of a run, in one worker.

`${data.users.name}` is compiled to a look-up in `Scope.rows`: a mapping that takes a source's row at its first
use in an iteration, and forgets all rows before the next one.

Budget: 0.1 us a look-up when the row is there (benchmarks/data_feed.py).
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from loadr_config.models import CsvSource, DataSource, InlineSource, JsonSource, ParquetSource
from loadr_core.data.draws import Draws
from loadr_core.data.errors import RowError, SourceError
from loadr_core.data.feeds import Feed, shared_feed, vu_feed
from loadr_core.data.table import BrokenRow, Table
from loadr_core.errors import PlanRefusedError
from loadr_core.flow.step import VuEnded
from loadr_core.spi.scope import Scope
from loadr_core.templating.texts import NOTHING, member_of

_ALL = Draws()


class DataSources:
    """Opens sources when they are first asked for, and hands out their rows.

    Args:
        sources: the plan's, by name.
        folder: their paths start here.
        seed: the run's seed.
        draws: what of each shared source is this worker's; all of one that is not named.
    """

    def __init__(
        self,
        sources: Mapping[str, DataSource],
        folder: Path,
        seed: int,
        draws: Mapping[str, Draws] | None = None,
    ) -> None:
        self._sources = sources
        self._folder = folder
        self._seed = seed
        self._draws = draws or {}
        self._tables: dict[str, Table] = {}
        self._shared: dict[str, Feed] = {}

    def table(self, name: str) -> Table:
        """The rows of a source by number, for those who want more than the next one.

        Raises:
            PlanRefusedError: there is no such source, or it cannot be used.
        """
        table = self._tables.get(name)
        if table is None:
            if name not in self._sources:
                raise PlanRefusedError([f"there is no data source {name!r}"])
            try:
                table = _open(self._sources[name], name, self._folder)
            except SourceError as error:
                raise PlanRefusedError([f"data.{name}: {error}"]) from None
            self._tables[name] = table
        return table

    def lookup(self, name: str, column: str) -> Callable[[Scope], Any]:
        """What finds a column of a source's row for a scope; `a.b` is also member `b` of column `a`.

        Raises:
            PlanRefusedError: there is no such source or column.
        """
        table = self.table(name)
        first, *members = column.split(".")
        if (
            table.columns is not None
            and column not in table.columns
            and (table.is_text or first not in table.columns)
        ):
            known = ", ".join(table.columns[:10])
            raise PlanRefusedError([f"data source {name!r} has no column {column!r}, there are {known}"])
        if members and not table.is_text:
            return _path_into(name, column, first, members)
        return lambda scope: scope.rows[name][column]

    def rows_for(self, scope: Scope, *, is_open: bool = False) -> dict[str, Mapping[str, Any]]:
        """What a VU takes its rows from: `Scope.rows`.

        Args:
            scope: the VU.
            is_open: whether iterations start on a schedule: there the end of a shared source ends the scenario.
        """
        return _IterationRows(self, scope, is_open=is_open)

    def feed(self, name: str, scope: Scope) -> Feed:
        """A VU's feed of a source; one for all VUs where the plan says `shared`."""
        source = self._sources[name]
        count = len(self.table(name))
        if source.mode == "per_vu":
            return vu_feed(source, name, count, self._seed, scope)
        feed = self._shared.get(name)
        if feed is None:
            draws = self._draws.get(name, _ALL)
            feed = self._shared[name] = shared_feed(source, name, count, draws, self._seed)
        return feed

    def is_shared(self, name: str) -> bool:
        """Whether all VUs take from the same rows."""
        return self._sources[name].mode == "shared"

    def close(self) -> None:
        """Close all files."""
        for table in self._tables.values():
            table.close()
        self._tables.clear()

    def __repr__(self) -> str:
        return f"<DataSources {', '.join(self._sources) or 'none'}, {len(self._tables)} open>"


class _IterationRows(dict[str, Mapping[str, Any]]):
    """The rows of one VU's running iteration: looking a source up takes its row.

    Args:
        sources: where rows come from.
        scope: the VU.
        is_open: whether the end of a shared source ends the scenario.
    """

    __slots__ = ("_feeds", "_is_open", "_scope", "_sources")

    def __init__(self, sources: DataSources, scope: Scope, *, is_open: bool) -> None:
        super().__init__()
        self._sources = sources
        self._scope = scope
        self._is_open = is_open
        self._feeds: dict[str, tuple[Table, Feed]] = {}

    def __missing__(self, name: str) -> Mapping[str, Any]:
        known = self._feeds.get(name)
        if known is None:
            sources = self._sources
            known = self._feeds[name] = (sources.table(name), sources.feed(name, self._scope))
        table, feed = known
        number = feed.next(self._scope)
        if number is None:
            ends_scenario = self._is_open and self._sources.is_shared(name)
            raise VuEnded(f"no row is left in the data source {name!r}", whole_scenario=ends_scenario)
        row: Mapping[str, Any]
        try:
            row = table.row(number)
        except RowError as error:
            row = BrokenRow(f"data source {name!r}: {error}")
        self[name] = row
        return row


def _path_into(name: str, column: str, first: str, members: Sequence[str]) -> Callable[[Scope], Any]:
    """A look-up of a column with dots in its name, or of a member of a value."""

    def look_up(scope: Scope) -> Any:
        row = scope.rows[name]
        if column in row:
            return row[column]
        value = row[first]
        for member in members:
            value = member_of(value, member)
        # Not found: a row tells by itself which column it has not, and where it is.
        return row[column] if value is NOTHING else value

    return look_up


def _open(source: DataSource, name: str, folder: Path) -> Table:
    """Open a source; nothing of what others would need is imported."""
    match source:
        case CsvSource():
            from loadr_core.data.csv_table import CsvTable  # noqa: PLC0415

            return CsvTable(source, folder)
        case JsonSource():
            from loadr_core.data.json_table import open_json  # noqa: PLC0415

            return open_json(source, folder)
        case ParquetSource():
            from loadr_core.data.parquet_table import ParquetTable  # noqa: PLC0415

            return ParquetTable(source, folder)
        case InlineSource():
            from loadr_core.data.memory_table import MemoryTable  # noqa: PLC0415

            return MemoryTable(source.rows, f"data.{name}")
