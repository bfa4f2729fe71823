"""The part of an output that all of ours have in common: it takes, and a courier delivers."""

import asyncio
from abc import abstractmethod

from loadr_config.summary import Snapshot, Summary
from loadr_core.clock import SystemClock
from loadr_core.spi import Clock, Output, OutputBooks, OutputContext, OutputError, SampleBatch
from loadr_outputs.delivery.courier import PATIENCE, Courier
from loadr_outputs.delivery.destination import Destination
from loadr_outputs.delivery.spool import Parcel, Spool

# A batch of 4,096 rows and a small one cost about this much beside their numbers.
_BATCH_OVERHEAD = 1_000


class DeliveringOutput(Output):
    """An output whose deliveries happen in a thread of its own.

    Attributes:
        patience: seconds after the end of a run for which a failing delivery is tried again.
    """

    patience = PATIENCE

    def __init__(self, context: OutputContext) -> None:
        super().__init__(context)
        self.clock: Clock = SystemClock()
        self._spool = Spool()
        self._destination: Destination | None = None
        self._courier: Courier | None = None

    @abstractmethod
    def destination(self) -> Destination:
        """Where this output's parcels go; made once, before the run.

        Raises:
            OutputError: the configuration makes no sense.
        """

    @property
    @abstractmethod
    def label(self) -> str:
        """What to call this output in messages."""

    async def start(self) -> None:
        """Open the destination, then start the courier."""
        destination = self.destination()
        await asyncio.to_thread(destination.open)
        self._courier = Courier(self.label, destination, self._spool, self.clock, patience=self.patience)
        self._courier.start()

    def put(self, content: object, *, samples: int, size: int) -> None:
        """Leave something for the courier; never blocks."""
        self._spool.put(Parcel(content, samples, size))

    def add_samples(self, batch: SampleBatch) -> None:
        """Leave a batch for the courier."""
        size = _BATCH_OVERHEAD + batch.times.nbytes + batch.values.nbytes
        self.put(batch, samples=len(batch.values), size=size)

    def add_snapshot(self, snapshot: Snapshot) -> None:
        """Nothing to do for an output that takes samples or gains only."""

    async def stop(self, summary: Summary) -> None:
        """Deliver what is left and close.

        Raises:
            OutputError: something was lost.
        """
        if self._courier is None:
            return
        await asyncio.to_thread(self._courier.finish, summary)
        books = self._courier.books()
        if books.lost:
            raise OutputError(f"{books.lost:,} of {books.taken:,} samples were lost: {books.problem}")

    def books(self) -> OutputBooks:
        """What became of everything."""
        return OutputBooks(0, 0, 0) if self._courier is None else self._courier.books()
