"""The part that outputs of totals have in common: gains add up, and every interval leaves a parcel."""

from collections.abc import Sequence
from typing import ClassVar, Final

from loadr_config.summary import Summary
from loadr_core.spi import OutputContext, SampleBatch, SeriesGain
from loadr_outputs.delivery import DeliveringOutput
from loadr_outputs.series.state import Reading, Window
from loadr_outputs.series.table import SeriesTable

DEFAULT_INTERVAL: Final = 5.0

_STATE_SIZE: Final = 1_000
_BUCKET_SIZE: Final = 100


class SeriesOutput(DeliveringOutput):
    """An output that sends the figures of series, one point a series and interval.

    The books count points.
    """

    cumulative: ClassVar[bool]

    def __init__(self, context: OutputContext) -> None:
        super().__init__(context)
        self._interval = float(context.config.get("interval", DEFAULT_INTERVAL))
        self._table = SeriesTable(cumulative=self.cumulative)
        self._window = Window(0.0, 0.0)

    def add_samples(self, batch: SampleBatch) -> None:
        """Samples are not asked for."""

    def add_gains(self, gains: Sequence[SeriesGain], at: float) -> None:
        """Add gains; the first report after an interval's end closes the interval."""
        if not self._window.start:
            self._window = Window(at - 1.0, at)
        self._table.add(gains)
        self._window = Window(self._window.start, at)
        if at - self._window.start >= self._interval:
            self._send()

    async def stop(self, summary: Summary) -> None:
        """Send what the last interval holds, then deliver and close."""
        self._send()
        await super().stop(summary)

    def _send(self) -> None:
        reading = self._table.take(self._window)
        self._window = Window(self._window.end, self._window.end)
        if reading.series:
            self.put(reading, samples=len(reading.series), size=size_of(reading))


def size_of(reading: Reading) -> int:
    """About how much memory a reading takes."""
    return sum(_STATE_SIZE + _BUCKET_SIZE * len(state.buckets) for state in reading.series)
