"""The output `acme-log`: a text file with a line per event of the run."""

from loadr_config.summary import Snapshot, Summary
from loadr_core.spi import Output, OutputContext, OutputError, SampleBatch


class AcmeLog(Output):
    """Writes to `path`, on the command line `--output acme-log=path`."""

    wants_samples = True

    def __init__(self, context: OutputContext) -> None:
        super().__init__(context)
        name = context.config.get("path") or context.config.get("value")
        if not name:
            raise OutputError("acme-log needs a path")
        self._path = context.folder / str(name)
        self._lines: list[str] = []

    async def start(self) -> None:
        """Refuse the run when the file cannot be written."""
        try:
            self._path.write_text("", encoding="utf-8")
        except OSError as error:
            raise OutputError(f"acme-log cannot write {self._path}: {error.strerror}") from error

    def add_samples(self, batch: SampleBatch) -> None:
        """Keep a line; writing waits for `stop`, because this must not block."""
        self._lines.append(f"samples {batch.metric} {len(batch.values)}")

    def add_snapshot(self, snapshot: Snapshot) -> None:
        """Keep a line per second."""
        self._lines.append("snapshot")

    async def stop(self, summary: Summary) -> None:
        """Write everything."""
        self._lines.append(f"summary {summary.name}")
        self._path.write_text("\n".join(self._lines) + "\n", encoding="utf-8")
