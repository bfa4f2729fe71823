"""What is whole in a plan that has mistakes: the plan without them, so that it can be looked at further.

Every mistake is cut out where it does the least harm, from the inside out:

- an optional key is left out, an entry of a list or of a map is dropped;
- a key that is needed and takes a plain value gets a stand-in;
- a scenario whose schedule is wrong keeps its flow: its executor becomes one that needs nothing.

What is left is validated again, until it is a plan. It is never run: it is for finding further mistakes.
"""

import types
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, ForwardRef, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from loadr_config._tree.gaps import Gaps
from loadr_config._tree.limits import MAX_CUTS
from loadr_config._tree.nodes import Path
from loadr_config._validation.shapes import bare, below
from loadr_config.models import ScenarioBase, TestPlan
from loadr_config.models._families import keys_of, model_of_tag

_ROUNDS: Final = 12
"""Cuts of one round may show mistakes that they had hidden; a plan that still has some is not worth more."""

_STAND_IN_EXECUTOR: Final = "per-vu-iterations"

Attempt = Callable[[Any], tuple[TestPlan | None, list[ErrorDetails]]]


@dataclass(frozen=True, slots=True)
class _Place:
    """A place on the way to a mistake.

    Attributes:
        path: The place in the data.
        can_go: It may be left out.
        stand_in: What can stand there instead; None where nothing can.
        gap: What the stand-in leaves unknown, below the path.
    """

    path: Path
    can_go: bool
    stand_in: Any = None
    gap: Path = ()


def salvage(data: Any, errors: list[ErrorDetails], gaps: Gaps, attempt: Attempt) -> TestPlan | None:
    """Cut mistakes out of a plan's data until the rest is a plan.

    Args:
        data: The plan as maps and lists; it is changed.
        errors: What is wrong with it.
        gaps: Takes down what was cut out.
        attempt: Validates data again.

    Returns:
        What is whole, or None where nothing can be saved.
    """
    plan: TestPlan | None = None
    for _ in range(_ROUNDS):
        if len(errors) > MAX_CUTS:
            return None
        cuts = {cut.path: cut for error in errors if (cut := _cut(error, data, gaps)) is not None}
        if not cuts:
            return None
        _apply(cuts.values(), data, gaps)
        plan, errors = attempt(data)
        if plan is not None:
            return plan
    return None


def _cut(error: ErrorDetails, data: Any, gaps: Gaps) -> _Place | None:
    """Choose what to cut out for a mistake: the innermost place that was not cut already."""
    location = error["loc"]
    key = error.get("ctx", {}).get("key") if error["type"] == "plan" else None
    places = _places((*location, key) if isinstance(key, str) else location, data)
    for place in reversed(places):
        original = gaps.original(place.path)
        if place.stand_in is not None and (*original, *place.gap) not in gaps.taken:
            return place
        if place.can_go and original not in gaps.taken and _is_there(place.path, data):
            return _Place(place.path, can_go=True)
    return None


def _places(location: Iterable[str | int], data: Any) -> list[_Place]:
    """Follow a mistake's location through the models."""
    shape: Any = TestPlan
    path: Path = ()
    found: list[_Place] = []
    for part in location:
        if isinstance(part, str) and part.startswith("#"):
            shape = model_of_tag(part)
            continue
        owner = bare(shape)
        if owner is None:
            break
        shape = below(owner, part)
        path = (*path, part)
        found.append(_place(owner, path, part, data))
    return found


def _place(owner: Any, path: Path, part: str | int, data: Any) -> _Place:
    if not (isinstance(owner, type) and issubclass(owner, BaseModel)):
        # An entry of a list or of a map.
        stand_in = _without_schedule(path, data)
        return _Place(path, can_go=True, stand_in=stand_in, gap=("executor",))
    field = next((field for name, field in owner.model_fields.items() if (field.alias or name) == part), None)
    if field is None or not field.is_required():
        return _Place(path, can_go=True)
    if path == ("scenarios",):
        return _Place(path, can_go=False, stand_in={"": {"executor": _STAND_IN_EXECUTOR}})
    return _Place(path, can_go=False, stand_in=_plain_value(field.annotation))


def _without_schedule(path: Path, data: Any) -> Any:
    """Return a scenario with its flow and without its schedule; None for what is no scenario."""
    if len(path) != 2 or path[0] != "scenarios" or not _is_there(path, data):
        return None
    scenario = _at(path, data)
    if not isinstance(scenario, dict):
        return None
    common = set(keys_of(ScenarioBase))
    kept = {key: value for key, value in scenario.items() if key in common}
    return {"executor": _STAND_IN_EXECUTOR, **kept}


def _plain_value(annotation: Any) -> Any:
    """Return a value of a plain type; None where the type is not plain."""
    shape = bare(annotation)
    if get_origin(shape) is Literal:
        return get_args(shape)[0]
    if isinstance(shape, str | ForwardRef) or get_origin(shape) in {tuple, types.UnionType}:
        return None
    return {str: "x", int: 1, float: 1, bool: True, Any: "x"}.get(shape)


def _apply(cuts: Iterable[_Place], data: Any, gaps: Gaps) -> None:
    """Make the cuts; paths are those before any of them."""
    ordered = sorted(cuts, key=lambda cut: (len(cut.path), [str(part).rjust(9) for part in cut.path]))
    # From the inside out and from the end: no cut moves what a later one means.
    for cut in reversed(ordered):
        owner = _at(cut.path[:-1], data)
        part: Any = cut.path[-1]
        original = gaps.original(cut.path)
        if cut.stand_in is not None:
            owner[part] = cut.stand_in
            gaps.take((*original, *cut.gap))
        elif isinstance(owner, list):
            gaps.take(original)
            kept = gaps.kept.setdefault(original[:-1], list(range(len(owner))))
            del owner[part], kept[part]
        else:
            gaps.take(original)
            del owner[part]


def _at(path: Path, data: Any) -> Any:
    for part in path:
        data = data[part]
    return data


def _is_there(path: Path, data: Any) -> bool:
    for part in path:
        # Not by trying: a text has characters at its indices.
        if isinstance(data, list):
            is_there = isinstance(part, int) and part < len(data)
        else:
            is_there = isinstance(data, dict) and part in data
        if not is_there:
            return False
        data = _at((part,), data)
    return True
