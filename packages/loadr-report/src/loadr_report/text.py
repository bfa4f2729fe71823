"""Text from outside (names of a plan, reasons of a server) made safe to show."""


def visible(text: str) -> str:
    r"""The text with everything that is not printable shown as its escape, as `repr()` does.

    A name may hold terminal sequences, line breaks or marks that turn the direction of writing; none
    of them may reach a terminal or a page as what it is: `"\x1b[2J"` becomes `\x1b[2J` in letters.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
