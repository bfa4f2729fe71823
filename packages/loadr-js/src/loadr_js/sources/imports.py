"""Where a module imports another one: by the grammar of tree-sitter. For messages alone."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, NamedTuple

_DECLARATIONS: Final = frozenset({"import_statement", "export_statement"})


class Import(NamedTuple):
    """A module's name in another module.

    Attributes:
        module: the name, as it is written there.
        line: of its text, from 1.
        column: of the quote before it, from 1, in characters.
    """

    module: str
    line: int
    column: int


@cache
def _parser() -> Any:
    import tree_sitter_javascript  # noqa: PLC0415 - only a script with something to tell needs it
    from tree_sitter import Language, Parser  # noqa: PLC0415

    return Parser(Language(tree_sitter_javascript.language()))


def parsed(source: str) -> Any:
    """The root of a text's tree."""
    return _parser().parse(source.encode()).root_node


def imports_of(source: str) -> Iterator[Import]:
    """Yield what a module imports: by declarations, and by `import()` of a text.

    Args:
        source: JavaScript; of TypeScript the text without its types.
    """
    code = source.encode()
    lines = code.split(b"\n")
    nodes = [_parser().parse(code).root_node]
    while nodes:
        node = nodes.pop()
        text = _imported(node)
        if text is not None and text.type == "string":
            row, column = text.start_point
            before = lines[row][:column].decode(errors="replace")
            yield Import(text.text.decode()[1:-1], row + 1, len(before) + 1)
        nodes.extend(reversed(node.children))


def _imported(node: Any) -> Any:
    """The text that names a module, if a node has one."""
    if node.type in _DECLARATIONS:
        return node.child_by_field_name("source")
    if node.type == "call_expression" and node.child_by_field_name("function").type == "import":
        arguments = node.child_by_field_name("arguments").named_children
        return arguments[0] if arguments else None
    return None
