"""An output that keeps everything it gets."""

from typing import ClassVar

from loadr_config.summary import Snapshot, Summary
from loadr_core.spi import Output, OutputContext, SampleBatch


class RememberingOutput(Output):
    """Keeps batches, snapshots and the summary in memory.

    Attributes:
        started: whether `start` was called.
        batches: the samples, in order.
        snapshots: the snapshots, in order.
        summary: what `stop` was given.
    """

    wants_samples: ClassVar[bool] = True

    def __init__(self, context: OutputContext) -> None:
        super().__init__(context)
        self.started = False
        self.batches: list[SampleBatch] = []
        self.snapshots: list[Snapshot] = []
        self.summary: Summary | None = None

    async def start(self) -> None:
        """Remember the start."""
        self.started = True

    def add_samples(self, batch: SampleBatch) -> None:
        """Keep a batch."""
        self.batches.append(batch)

    def add_snapshot(self, snapshot: Snapshot) -> None:
        """Keep a snapshot."""
        self.snapshots.append(snapshot)

    async def stop(self, summary: Summary) -> None:
        """Keep the summary."""
        self.summary = summary
