r"""Amounts of bytes as people write them.

size   = number [ unit ]        without a unit bytes
number = digits [ "." digits ]
unit   = "B" | "kB" | "MB" | "GB" | "KiB" | "MiB" | "GiB"        in any case
"""

import re
from typing import Annotated, Any, Final

from loadr_config._modelling import BeforeValidator, WithJsonSchema
from loadr_config.models._base import mistake
from loadr_config.models._scalars import kind_of, text_of

_UNITS: Final = {
    "": 1,
    "b": 1,
    "kb": 10**3,
    "mb": 10**6,
    "gb": 10**9,
    "kib": 2**10,
    "mib": 2**20,
    "gib": 2**30,
}
_SIZE: Final = re.compile(r"\s*([0-9]{1,15}(?:\.[0-9]{1,15})?)\s*([a-z]*)\s*", re.IGNORECASE)


def _size(value: Any) -> int:
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        match = _SIZE.fullmatch(text_of(value))
        if match and match[2].lower() in _UNITS:
            from decimal import Decimal  # noqa: PLC0415 - not for a worker, which gets its sizes read

            return int(Decimal(match[1]) * _UNITS[match[2].lower()])
    raise mistake(f"expected a size such as 64kB, 10MB or 1GiB, got {kind_of(value)}")


Size = Annotated[
    int,
    BeforeValidator(_size),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0},
                {"type": "string", "pattern": r"^\s*[0-9]+(\.[0-9]+)?\s*([kKmMgG]?[iI]?[bB])?\s*$"},
            ],
            "examples": ["64kB", "10MB", "1GiB"],
        }
    ),
]
"""Bytes, not negative."""
