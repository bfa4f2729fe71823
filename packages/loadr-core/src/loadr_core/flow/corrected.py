"""Response times from the intended start, in scenarios whose iterations start on a schedule.

`http_req_corrected_duration` of the first request of an iteration is its `http_req_duration` plus the time
by which the iteration started later than intended; of later requests it is the same as
`http_req_duration`. So a target that stands still shows in full, also where starts had to wait for it
(coordinated omission: Tene, wrk2).
"""

from dataclasses import replace
from typing import Final

from loadr_core.spi.rows import RowLayout, TrendColumn

_SERVICE: Final = "http_req_duration"
_CORRECTED: Final = "http_req_corrected_duration"

_Row = tuple[float, ...]


class Correction:
    """How the rows of one layout are corrected: they get a column more, from which the time counts.

    Attributes:
        layout: the layout of corrected rows; the same where a protocol has no such service time.
    """

    __slots__ = ("_start", "layout", "source")

    def __init__(self, source: RowLayout) -> None:
        self.source: Final = source
        self.layout = source
        self._start: int | None = None
        for trend in source.trends:
            if trend.metric == _SERVICE and trend.start is not None:
                self._start = source.index(trend.start)
                self.layout = replace(
                    source,
                    name=f"{source.name} on a schedule",
                    columns=(*source.columns, "intended"),
                    trends=(*source.trends, TrendColumn(_CORRECTED, trend.end, "intended")),
                )

    def row(self, row: _Row, delay: float) -> _Row:
        """Correct a row.

        Args:
            row: the measurements.
            delay: seconds by which the iteration started late; 0 for all but its first request.
        """
        return row if self._start is None else (*row, row[self._start] - delay)

    def began(self, row: _Row) -> float:
        """The moment at which the service time of a row begins; 0 where there is none."""
        return 0.0 if self._start is None else row[self._start]

    def __repr__(self) -> str:
        return f"<Correction of {self.source.name}>"


class Corrections:
    """The corrections of a request step, by layout."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        # By identity: hashing a layout takes 7 us. Its correction keeps it alive.
        self._known: dict[int, Correction] = {}

    def of(self, layout: RowLayout) -> Correction:
        """The correction of a layout."""
        correction = self._known.get(id(layout))
        if correction is None:
            correction = self._known[id(layout)] = Correction(layout)
        return correction
