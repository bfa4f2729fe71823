"""From bytes to text: sizes, encodings and characters that YAML does not allow."""

import codecs
import re
from pathlib import Path
from typing import Final

from loadr_config._tree.findings import Findings
from loadr_config._tree.limits import MAX_BYTES
from loadr_config._tree.nodes import Source

# YAML 1.2, 5.1: the printable characters. Lone surrogates cannot come out of the decoder.
_UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_OTHER_ENCODINGS: Final = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def read_source(file: Path, name: str, findings: Findings) -> Source | None:
    """Read a file; what keeps it from being read becomes a finding."""
    empty = Source(name, "")
    try:
        if file.is_dir():
            findings.at(empty, 0, 0, "is a folder, not a plan")
            return None
        size = file.stat().st_size
        if size > MAX_BYTES:
            findings.at(empty, 0, 0, _too_large(size))
            return None
        # A pipe or a device has no size: read at most one byte too many.
        with file.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        findings.at(empty, 0, 0, f"cannot be read: {reason}")
        return None
    return source_of_bytes(content, name, findings)


def source_of_bytes(content: bytes, name: str, findings: Findings) -> Source | None:
    """Decode a file's content."""
    empty = Source(name, "")
    if len(content) > MAX_BYTES:
        findings.at(empty, 0, 0, _too_large(len(content)))
        return None
    for mark, encoding in _OTHER_ENCODINGS:
        if content.startswith(mark):
            findings.at(empty, 0, 0, f"is encoded in {encoding}; a plan is UTF-8")
            return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace").removeprefix("\ufeff")
        line, column = _place(before)
        source = Source(name, content.decode("utf-8", "replace").removeprefix("\ufeff"))
        byte = content[error.start]
        hint = "save the file as UTF-8"
        findings.at(source, line, column, f"byte 0x{byte:02X} is not UTF-8", suggestion=hint)
        return None
    return checked_source(text, name, findings)


def source_of_text(text: str, name: str, findings: Findings) -> Source | None:
    """Take a text that somebody else has read."""
    # Every character is at least a byte: most texts need no encoding to be measured.
    if len(text) > MAX_BYTES // 4 and len(text.encode("utf-8", "replace")) > MAX_BYTES:
        findings.at(Source(name, ""), 0, 0, _too_large(len(text.encode("utf-8", "replace"))))
        return None
    return checked_source(text.removeprefix("\ufeff"), name, findings)


def checked_source(text: str, name: str, findings: Findings) -> Source | None:
    """Refuse characters that YAML does not allow."""
    source = Source(name, text)
    found = _UNPRINTABLE.search(text)
    if found is None:
        return source
    line, column = _place(text[: found.start()])
    character = found.group()
    what = "a NUL character" if character == "\0" else f"the character U+{ord(character):04X}"
    findings.at(
        source, line, column, f"{what} is not allowed in YAML", suggestion="write an escape in double quotes"
    )
    return None


def _place(before: str) -> tuple[int, int]:
    before = before.replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _too_large(size: int) -> str:
    return f"is {size / 1e6:.1f} MB large; a plan has at most {MAX_BYTES // 1_000_000} MB"
