"""Large files of made-up rows: five columns, about 100 bytes a row, always the same."""

import json
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

COLUMNS = ("id", "name", "email", "city", "token")
ROW_BYTES = 100
_CHUNK = 10_000


def _values(number: int) -> tuple[str, str, str, str, str]:
    token = blake2b(number.to_bytes(8, "big"), digest_size=20).hexdigest()
    return str(number), f"user {number}", f"user{number}@example.com", f"City {number % 1000}", token


def plain(number: int) -> str:
    """A row without quotes."""
    return ",".join(_values(number)) + "\n"


def quoted(number: int) -> str:
    """A row with every value in quotes, doubled quotes and delimiters among them."""
    row, name, email, city, token = _values(number)
    return f'"{row}","user ""{name[5:]}""","{email}","{city}, north","{token}"\n'


def document(number: int) -> str:
    """A row as an object of an array."""
    return ("[\n" if not number else ",\n") + json.dumps(dict(zip(COLUMNS, _values(number), strict=True)))


def write(path: Path, size: int, row: Callable[[int], str], opening: str, ending: str) -> int:
    """Write a file of about so many bytes; how many rows it has."""
    rows = written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(opening)
        while written < size:
            text = "".join(map(row, range(rows, rows + _CHUNK)))
            written += file.write(text)
            rows += _CHUNK
        file.write(ending)
    return rows


def write_csv(path: Path, size: int, row: Callable[[int], str] = plain) -> int:
    """Write a CSV file with a header; how many rows it has."""
    return write(path, size, row, ",".join(COLUMNS) + "\n", "")


def write_json(path: Path, size: int) -> int:
    """Write an array of objects; how many rows it has."""
    return write(path, size, document, "", "\n]\n")
