"""Values on their way between Python and JavaScript: JSON, by orjson where it can.

orjson refuses what both languages allow in texts, a lone surrogate; then the standard library does it.
"""

import json
from typing import Any

import orjson


def dumps(value: Any) -> str:
    """A value as JSON."""
    try:
        return orjson.dumps(value).decode()
    except (TypeError, UnicodeEncodeError):
        return json.dumps(value)


def loads(text: str) -> Any:
    """The value of a JSON text."""
    try:
        return orjson.loads(text)
    except ValueError:
        return json.loads(text)
