"""Overlays that were not chosen: their own mistakes are worth knowing before somebody chooses them."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace

from loadr_config._tree.composition import apply_overlays
from loadr_config._tree.findings import Findings
from loadr_config._tree.limits import MAX_OVERLAYS_CHECKED
from loadr_config._tree.nodes import Entry, Mapping, Node, Sequence
from loadr_config._validation.validation import validate
from loadr_config.diagnostics import Severity


def check_other_overlays(root: Mapping, chosen: tuple[str, ...], findings: Findings) -> None:
    """Report the errors that stand inside of overlays that were not chosen.

    Each is laid over the plan and validated; of the findings only those count that lie in the overlay.
    """
    entry = root.entries.get("env")
    if entry is None or not isinstance(entry.value, Mapping):
        return
    others = [name for name in entry.value.entries if name not in chosen]
    everywhere = sorted(set(_places(root))) if others else []
    for name in others[:MAX_OVERLAYS_CHECKED]:
        overlay = entry.value.entries[name]
        if not isinstance(overlay.value, Mapping):
            findings.on(overlay.key, "an overlay is a part of a plan, a map", path=("env", name))
            continue
        places = set(_places(overlay.value))
        own = Findings()
        validate(apply_overlays(root, (name,), own), own)
        for found in own.diagnostics:
            # A mistake inside of a text belongs to the last thing that begins before it.
            place = (found.file, found.line, found.column)
            begins = everywhere[bisect_right(everywhere, place) - 1]
            if found.severity is Severity.ERROR and begins in places:
                findings.add(replace(found, path=f"env.{name}.{found.path}"))


def _places(node: Node) -> Iterator[tuple[str, int, int]]:
    stack: list[Node | Entry] = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, Entry):
            yield current.key.source.name, current.key.line, current.key.column
            current = current.value
        yield current.source.name, current.line, current.column
        if isinstance(current, Mapping):
            stack.extend(current.entries.values())
        elif isinstance(current, Sequence):
            stack.extend(current.items)
