"""Where code that stands in a plan stands in its file: what an exception at run time is told with."""

from collections.abc import Iterator

from loadr_config._tree.columns import places_of_lines
from loadr_config._tree.nodes import Mapping, Scalar, find, written_path
from loadr_config.diagnostics import CodePlace
from loadr_config.models import TestPlan
from loadr_config.parts import parts_of


def code_places(plan: TestPlan, tree: Mapping) -> dict[str, CodePlace]:
    """Return the places of a plan's code by its path, such as ``scenarios.api.flow[0].js.script``.

    Steps, conditions and inline modules; not the code inside of a template.
    """
    places = {}
    for path, text in _codes(plan):
        node, _, followed = find(tree, path)
        # A step's short form is its text alone, without the last key of the path.
        if isinstance(node, Scalar) and len(path) - len(followed) <= 1 and node.value == text:
            places[written_path(path)] = CodePlace(node.source.name, places_of_lines(node))
    return places


def _codes(plan: TestPlan) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for name, module in plan.script_modules.items():
        if module.script is not None:
            yield (name, "script"), module.script
    for part in parts_of(plan, {}):
        if part.kind == "script_engines" and isinstance(part.value, str) and part.value == part.text:
            yield part.path, part.value
