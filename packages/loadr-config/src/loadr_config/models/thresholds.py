"""How thresholds stand in a plan, and how they become values.

The loader reads thresholds from the node tree, one by one, so that every mistake has its own place;
the type here takes what it made, and reads whole maps where somebody builds a plan from data.
"""

from collections.abc import Iterator
from typing import Annotated, Any

from loadr_config._modelling import BeforeValidator, InstanceOf, PlainSerializer, WithJsonSchema
from loadr_config.durations import parse_duration
from loadr_config.errors import DurationError, ThresholdError
from loadr_config.models._base import mistake
from loadr_config.models._scalars import kind_of
from loadr_config.thresholds import Threshold, parse_threshold

OBJECT_KEYS = ("threshold", "abort_on_fail", "delay_abort_eval")


def _read(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return tuple(
        threshold
        for selector, entries in value.items()
        for entry in (entries if isinstance(entries, list | tuple) else [entries])
        for threshold in _one(selector, entry)
    )


def _one(selector: str, entry: Any) -> Iterator[Threshold]:
    try:
        if isinstance(entry, str):
            yield parse_threshold(selector, entry)
        elif isinstance(entry, dict) and isinstance(entry.get("threshold"), str):
            yield parse_threshold(
                selector,
                entry["threshold"],
                abort_on_fail=entry.get("abort_on_fail", False) is True,
                delay_abort_eval=parse_duration(entry.get("delay_abort_eval", 0.0)),
            )
        else:
            raise mistake(
                f'expected an expression or a map with "threshold", got {kind_of(entry)}', key=selector
            )
    except (ThresholdError, DurationError) as error:
        raise mistake(str(error), key=selector) from None


def _written(thresholds: tuple[Threshold, ...]) -> dict[str, list[Any]]:
    written: dict[str, list[Any]] = {}
    for threshold in thresholds:
        entry: Any = threshold.source
        if threshold.abort_on_fail or threshold.delay_abort_eval:
            entry = {"threshold": threshold.source, "abort_on_fail": threshold.abort_on_fail}
            if threshold.delay_abort_eval:
                entry["delay_abort_eval"] = threshold.delay_abort_eval
        written.setdefault(threshold.selector_text, []).append(entry)
    return written


_ENTRY_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "description": "An expression such as p(95)<400."},
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["threshold"],
            "properties": {
                "threshold": {"type": "string", "description": "An expression such as p(95)<400."},
                "abort_on_fail": {
                    "type": "boolean",
                    "default": False,
                    "description": "Whether a failure stops the run.",
                },
                "delay_abort_eval": {
                    "type": ["string", "number"],
                    "default": "0s",
                    "description": "Time before which nothing is aborted.",
                },
            },
        },
    ]
}

Thresholds = Annotated[
    tuple[InstanceOf[Threshold], ...],
    BeforeValidator(_read),
    PlainSerializer(_written),
    WithJsonSchema(
        {
            "type": "object",
            "additionalProperties": {
                "anyOf": [*_ENTRY_SCHEMA["anyOf"], {"type": "array", "items": _ENTRY_SCHEMA}]
            },
        }
    ),
]
