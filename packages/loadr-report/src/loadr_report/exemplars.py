"""One of the slowest requests in words: how it ended, and where its time went."""

from collections.abc import Iterable
from typing import Final

from loadr_config.summary import Exemplar
from loadr_report.quantities import duration
from loadr_report.text import visible

CORRECTED: Final = "corrected_duration"
"""Stands among the phases of arrival rates: the whole time, from the intended start."""

# A phase that took less of the time than this explains nothing.
_SMALLEST_SHARE = 0.01


def slowest_of_names(exemplars: Iterable[Exemplar], most: int) -> list[Exemplar]:
    """The slowest request of each name, the slowest first.

    Args:
        exemplars: the slowest first, as a summary has them.
        most: how many at most.
    """
    first: dict[str, Exemplar] = {}
    for exemplar in exemplars:
        first.setdefault(exemplar.name, exemplar)
    return list(first.values())[:most]


def outcome_of(exemplar: Exemplar) -> str:
    """Such as `status 200`, `timeout`, or `assert, status 200`."""
    status = exemplar.tags.get("status", "0")
    parts = [exemplar.tags.get("error_kind", ""), "" if status == "0" else f"status {status}"]
    return visible(", ".join(part for part in parts if part) or "no status")


def phases_text(exemplar: Exemplar) -> str:
    """The phases that matter, in their order: `connecting 12ms, waiting 1.2s`."""
    least = exemplar.duration * _SMALLEST_SHARE
    return ", ".join(
        f"{visible(phase.replace('_', ' '))} {duration(ms)}"
        for phase, ms in exemplar.phases.items()
        if ms > 0 and ms >= least and (phase != CORRECTED or ms - exemplar.duration >= least)
    )
