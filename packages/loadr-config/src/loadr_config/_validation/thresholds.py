"""Thresholds read from the tree one by one, so that every mistake has its own place."""

from typing import Any

from loadr_config._tree.columns import place_in
from loadr_config._tree.findings import Findings
from loadr_config._tree.nodes import Entry, Mapping, Node, Path, Scalar, Sequence
from loadr_config._tree.values import scalar_value
from loadr_config._validation.suggestions import did_you_mean
from loadr_config.durations import parse_duration
from loadr_config.errors import DurationError, ThresholdError
from loadr_config.models._scalars import kind_of
from loadr_config.models.thresholds import OBJECT_KEYS
from loadr_config.thresholds import Threshold, parse_expression, parse_selector, parse_threshold


def read_thresholds(node: Node, findings: Findings) -> list[tuple[Threshold, Path]]:
    """Read what stands under ``thresholds``.

    Returns:
        The thresholds that are right, each with the path of its expression.
    """
    if not isinstance(node, Mapping):
        findings.on(node, f"expected a map, got {_kind(node)}", path=("thresholds",))
        return []
    found: list[tuple[Threshold, Path]] = []
    for selector, entry in node.entries.items():
        path: Path = ("thresholds", selector)
        try:
            parse_selector(selector)
        except ThresholdError as error:
            _at(findings, entry.key, error, path)
            continue
        if isinstance(entry.value, Sequence):
            if not entry.value.items:
                findings.on(entry.key, "expected at least one expression", path=path)
            for index, item in enumerate(entry.value.items):
                found += _one(selector, item, (*path, index), findings)
        else:
            found += _one(selector, entry.value, path, findings)
    return found


def _one(selector: str, node: Node, path: Path, findings: Findings) -> list[tuple[Threshold, Path]]:
    if isinstance(node, Scalar):
        return _expression(selector, node, path, findings, {})
    if not isinstance(node, Mapping):
        findings.on(node, f"expected an expression or a map, got {_kind(node)}", path=path)
        return []
    options = {
        key: value
        for key, entry in node.entries.items()
        if (value := _option(key, entry, (*path, key), findings)) is not None
    }
    entry = node.entries.get("threshold")
    if entry is None:
        findings.on(node, 'a threshold\'s map needs "threshold"', path=(*path, "threshold"))
        return []
    if not isinstance(entry.value, Scalar):
        findings.on(
            entry.value, f"expected an expression, got {_kind(entry.value)}", path=(*path, "threshold")
        )
        return []
    return _expression(selector, entry.value, (*path, "threshold"), findings, options)


def _option(key: str, entry: Entry, path: Path, findings: Findings) -> Any:
    if key not in OBJECT_KEYS:
        hint = did_you_mean(key, OBJECT_KEYS) or f"known keys: {', '.join(OBJECT_KEYS)}"
        findings.on(entry.key, f'unknown key "{key}"', path=path, suggestion=hint)
        return None
    if key == "threshold":
        return None
    try:
        value = scalar_value(entry.value) if isinstance(entry.value, Scalar) else None
    except ValueError as error:
        findings.on(entry.value, str(error), path=path)
        return None
    if key == "abort_on_fail":
        if isinstance(value, bool):
            return value
        findings.on(entry.value, f"expected true or false, got {_kind(entry.value)}", path=path)
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        findings.on(
            entry.value, f"expected a duration such as 300ms or 2s, got {_kind(entry.value)}", path=path
        )
        return None
    try:
        return parse_duration(value)
    except DurationError as error:
        findings.on(entry.value, str(error), path=path)
        return None


def _expression(
    selector: str, node: Scalar, path: Path, findings: Findings, options: dict[str, Any]
) -> list[tuple[Threshold, Path]]:
    try:
        parse_expression(node.value)
    except ThresholdError as error:
        _at(findings, node, error, path)
        return []
    return [(parse_threshold(selector, node.value, **options), path)]


def _at(findings: Findings, node: Scalar, error: ThresholdError, path: Path) -> None:
    line, column = place_in(node, error.column - 1)
    findings.at(node.source, line, column, error.message, path=path, suggestion=error.suggestion)


def _kind(node: Node) -> str:
    if isinstance(node, Scalar):
        try:
            return kind_of(scalar_value(node))
        except ValueError:
            return kind_of(node.value)
    return "a list" if isinstance(node, Sequence) else "a map"
