"""Delivering parcels into a file, as blocks of lines."""

from collections.abc import Callable, Sequence
from pathlib import Path

from loadr_config.summary import Summary
from loadr_core.spi import OutputContext, OutputError
from loadr_outputs.delivery import Destination, Parcel
from loadr_outputs.files.blocks import BlockFile

Encode = Callable[[object], bytes]


class LinesDestination(Destination):
    """Writes lines.

    Args:
        file: where to.
        header: the first line, or nothing.
        encode: the lines of a parcel's content.
        last: the last lines, made from the summary.
    """

    def __init__(
        self, file: BlockFile, encode: Encode, *, header: bytes = b"", last: Callable[[Summary], bytes]
    ) -> None:
        self._file = file
        self._encode = encode
        self._header = header
        self._last = last

    def open(self) -> None:
        """Make the file; the header goes with the first block."""
        self._file.open()

    def deliver(self, parcels: Sequence[Parcel]) -> None:
        """Write all parcels as one block."""
        self._append(b"".join([self._encode(parcel.content) for parcel in parcels]))

    def close(self, summary: Summary) -> None:
        """Write the last lines."""
        try:
            self._append(self._last(summary))
        finally:
            self._file.close()

    def _append(self, lines: bytes) -> None:
        block = self._header + lines
        if block:
            self._file.append(block)
            self._header = b""


def file_of(context: OutputContext, name: str) -> BlockFile:
    """The file that an output's configuration names.

    Raises:
        OutputError: it names none.
    """
    return BlockFile(path_of(context, name))


def path_of(context: OutputContext, name: str) -> Path:
    """The path that an output's configuration names, relative to the plan's folder.

    Raises:
        OutputError: it names none.
    """
    path = context.config.get("path") or context.config.get("value")
    if not path:
        raise OutputError(f"{name} needs a path: {{type: {name}, path: FILE}} or --output {name}=FILE")
    return context.folder / str(path)
