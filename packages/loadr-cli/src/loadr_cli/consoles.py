"""Consoles that outlive their readers."""

import os

from rich.console import Console


class SteadyConsole(Console):
    """A console that goes quiet when its reader has left (`loadr run … | head -1`).

    A run is not worth less because nobody reads its progress: files are written and the exit code
    tells the outcome all the same.
    """

    def on_broken_pipe(self) -> None:
        """Write to nowhere from now on; rich calls it, and would end the process by default."""
        self.quiet = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.file.fileno())  # what is still buffered there must not fail at the end
        os.close(nowhere)
