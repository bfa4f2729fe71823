"""Printing what `loadr_cli.tracing` makes of a trace, and the exchanges of a run as they come."""

from typing import Final

from rich.text import Text

from loadr_cli.consoles import SteadyConsole
from loadr_cli.tracing import Line, exchange_lines
from loadr_core.tracing import ReadableExchange
from loadr_report.console.styles import QUIET

_ASCII: Final = str.maketrans({"✓": "+", "✗": "x", "…": "...", "µ": "u"})


class ExchangePrinter:
    """Prints the exchanges of a run, and says where it stops.

    Args:
        console: where to print.
        most: how many.
    """

    def __init__(self, console: SteadyConsole, most: int) -> None:
        self._console = console
        self._most = most
        self._shown = 0

    def __call__(self, exchange: ReadableExchange) -> None:
        """Print one."""
        if self._shown >= self._most:
            return
        self._shown += 1
        for line in exchange_lines(exchange):
            print_line(self._console, line)
        print_line(self._console, [])
        if self._shown == self._most:
            told = f"--http-debug: these were the first {self._most} exchanges; the others are not shown"
            print_line(self._console, [(told, QUIET)])

    def __repr__(self) -> str:
        return f"<ExchangePrinter: {self._shown} of {self._most}>"


def print_line(console: SteadyConsole, line: Line) -> None:
    """Print a line of a trace, in signs that the console's encoding has."""
    text = Text()
    for content, style in line:
        text.append(_encodable(content, console.encoding), style or None)
    console.print(text, soft_wrap=True)


def _encodable(text: str, encoding: str) -> str:
    if encoding.lower().startswith("utf"):
        return text
    return text.translate(_ASCII).encode(encoding, "backslashreplace").decode(encoding)
