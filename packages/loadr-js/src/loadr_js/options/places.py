"""Where in a script an option stands: `export const options = {…}`, by the grammar of tree-sitter."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from loadr_js.errors import Place


@cache
def _parser() -> Any:
    import tree_sitter_javascript  # noqa: PLC0415 - only a script with something to tell needs it
    from tree_sitter import Language, Parser  # noqa: PLC0415

    return Parser(Language(tree_sitter_javascript.language()))


class OptionPlaces:
    """The options of a script's text.

    Args:
        source: JavaScript; of TypeScript the text without its types.
        file: the name to show.
    """

    def __init__(self, source: str, file: str) -> None:
        self._file = file
        self._declared = _options_node(_parser().parse(source.encode()).root_node)

    def place(self, path: Sequence[str | int]) -> Place | None:
        """The place of the innermost part of a path that stands there literally; `None` without options."""
        node = self._declared
        if node is None:
            return None
        found = node
        for part in path:
            inner = _member(node, part)
            if inner is None:
                break
            found, node = inner
        row, column = found.start_point
        return Place(self._file, row + 1, column + 1)


def _options_node(root: Any) -> Any:
    for statement in root.children:
        if statement.type != "export_statement":
            continue
        declaration = statement.child_by_field_name("declaration")
        for declarator in declaration.named_children if declaration is not None else ():
            name = declarator.child_by_field_name("name")
            if name is not None and name.text == b"options":
                return declarator.child_by_field_name("value")
    return None


def _member(node: Any, part: str | int) -> tuple[Any, Any] | None:
    """The node to point at and the value, of an object's key or an array's index."""
    if node is None:
        return None
    if node.type == "array" and isinstance(part, int):
        items = [child for child in node.named_children if child.type != "comment"]
        return (items[part], items[part]) if part < len(items) else None
    if node.type != "object":
        return None
    for pair in node.named_children:
        if pair.type == "pair":
            key = pair.child_by_field_name("key")
            if key is not None and key.text.decode().strip("'\"") == str(part):
                return key, pair.child_by_field_name("value")
        elif pair.type == "shorthand_property_identifier" and pair.text.decode() == str(part):
            return pair, None
    return None
