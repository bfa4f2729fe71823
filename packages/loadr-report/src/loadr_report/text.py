"""Text from outside (names of a plan, reasons of a server) made safe to show, and text in columns."""

from collections.abc import Container, Iterator, Sequence


def visible(text: str) -> str:
    r"""The text with everything that is not printable shown as its escape, as `repr()` does.

    A name may hold terminal sequences, line breaks or marks that turn the direction of writing; none
    of them may reach a terminal or a page as what it is: `"\x1b[2J"` becomes `\x1b[2J` in letters.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def aligned(rows: Sequence[Sequence[str]], right: Container[int] = ()) -> Iterator[str]:
    """Rows as lines in which each column begins, or ends, at one place.

    Args:
        rows: all with as many cells.
        right: the columns that end there: figures.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
