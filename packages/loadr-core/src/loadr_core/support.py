"""What this version of the engine can run: every other key of a valid plan is refused by name.

A key is never silently ignored. Whoever builds a feature deletes its line here.
"""

from collections.abc import Iterator
from typing import Final

from loadr_config.models import TestPlan

_PLAN_KEYS: Final[tuple[str, ...]] = ()


def unsupported(plan: TestPlan) -> list[str]:
    """What a plan asks for beyond this version, one line each with its place."""
    return [f"{place}: not built yet, this version of loadr cannot run it" for place in _places(plan)]


def _places(plan: TestPlan) -> Iterator[str]:
    yield from (key for key in _PLAN_KEYS if getattr(plan, key))
