"""Lines of styled pieces on a console: hanging indents, and a console that cannot show every sign."""

from collections.abc import Iterable
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

Piece = str | tuple[str, str]
"""A text, or a text and its rich style. The text is never read as markup."""

_ASCII: Final = str.maketrans(
    {
        "✓": "+",
        "✗": "x",
        "µ": "u",
        "…": "...",
        "·": "-",
        "━": "=",
        "─": "-",
        "█": "#",
        "░": ".",
        "≤": "<=",
        "▏": "|",
        "▁": "_",
        "▂": ".",
        "▃": "-",
        "▄": "=",
        "▅": "+",
        "▆": "*",
        "▇": "%",
    }
)


class Sheet:
    """Where a summary is written: whole lines, wrapped under their own indent."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._encoding = console.encoding
        self._unicode = self._encoding.lower().startswith("utf")
        self.width = console.width

    def line(self, *pieces: Piece, indent: int = 0, hang: int = 0) -> None:
        """One line; what does not fit goes on below, `hang` columns further in than `indent`."""
        text = self.text(pieces)
        room = max(20, self.width - indent - hang)
        lines = (
            [text]
            if text.cell_len <= self.width - indent
            else text.wrap(self._console, room, overflow="fold")
        )
        for position, part in enumerate(lines):
            margin = " " * (indent if position == 0 else indent + hang)
            part.rstrip()
            self._console.print(Text(margin) + part, no_wrap=True, overflow="ignore", crop=False)

    def heading(self, title: str, *pieces: Piece) -> None:
        """An empty line and the title of a section."""
        self.blank()
        self.line((title, "bold"), *pieces)

    def long_line(self, *pieces: Piece) -> None:
        """One line whatever its length, for output that machines read line by line."""
        self._console.print(self.text(pieces), no_wrap=True, overflow="ignore", crop=False)

    def blank(self) -> None:
        """An empty line."""
        self._console.print()

    def text(self, pieces: Iterable[Piece]) -> Text:
        """The pieces as one rich text, in signs that the console's encoding has."""
        text = Text()
        for piece in pieces:
            content, style = (piece, "") if isinstance(piece, str) else piece
            text.append(self.encodable(content), style or None)
        return text

    def encodable(self, text: str) -> str:
        """The text in signs that the console's encoding has."""
        if self._unicode:
            return text
        return text.translate(_ASCII).encode(self._encoding, "backslashreplace").decode(self._encoding)


def padded(text: str, width: int) -> str:
    """The text, filled with spaces to a width in terminal cells (a CJK letter takes two)."""
    return text + " " * (width - cell_len(text))
