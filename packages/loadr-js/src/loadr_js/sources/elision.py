"""Names that TypeScript drops because they stand for types alone, though nothing at their place says so.

`import { User } from "./user"` brings an interface or a class. As in TypeScript's own `isolatedModules` and esbuild, an
imported name is dropped where the file never uses it as a value, and with its last name the import; so is
`export { User }` of what the file declares as a type alone.
"""

from collections.abc import Iterator
from typing import Any, Final

_TYPE_DECLARATIONS: Final = frozenset({"interface_declaration", "type_alias_declaration"})
_CLASSES: Final = frozenset({"class_declaration", "abstract_class_declaration", "class"})
_LISTS: Final = frozenset({"import_specifier", "import_clause", "namespace_import", "export_specifier"})
_NAMES: Final = frozenset({"identifier", "shorthand_property_identifier"})

Span = tuple[int, int]


def elided(nodes: list[Any], left: bytes) -> Iterator[Span]:
    """The byte ranges of names that are dropped.

    Args:
        nodes: all nodes of the file's tree.
        left: the file without what is a type by its place, which is blank.
    """
    names = [node for node in nodes if node.type in _NAMES and _is_left(node, left)]
    declared = {_text(node) for node in names if node.parent.type not in _LISTS} | _classes(nodes)
    used = declared | {_text(node) for node in names if _is_export_of_own(node.parent)}
    types = {_text(node.child_by_field_name("name")) for node in nodes if node.type in _TYPE_DECLARATIONS}
    for node in nodes:
        if node.type == "import_statement" and _is_left(node, left):
            yield from _unused(node, used)
        elif _is_export_of_own(node):
            name = _text(node.child_by_field_name("name"))
            if name in types and name not in declared:
                yield with_comma(node)


def with_comma(node: Any) -> Span:
    """A member of a list, and the comma behind it."""
    following = node.next_sibling
    end = following.end_byte if following is not None and following.type == "," else node.end_byte
    return node.start_byte, end


def _is_left(node: Any, left: bytes) -> bool:
    return not left[node.start_byte : node.start_byte + 1].isspace()


def _classes(nodes: list[Any]) -> set[str]:
    """The names of classes, which the grammar takes for types."""
    names = (node.child_by_field_name("name") for node in nodes if node.type in _CLASSES)
    return {_text(name) for name in names if name is not None}


def _is_export_of_own(node: Any) -> bool:
    """Whether a node is one of `export { … }`; with `from` it is a name of another file."""
    return node.type == "export_specifier" and node.parent.parent.child_by_field_name("source") is None


def _unused(statement: Any, used: set[str]) -> Iterator[Span]:
    locals_ = list(_locals(statement))
    spans = [with_comma(node) for local, node in locals_ if _text(local) not in used]
    if spans and len(spans) == len(locals_):
        yield statement.start_byte, statement.end_byte
    else:
        yield from spans


def _locals(statement: Any) -> Iterator[tuple[Any, Any]]:
    """The names that an import gives the file, each with the node that is dropped with it."""
    for clause in statement.children:
        if clause.type != "import_clause":
            continue
        for part in clause.children:
            if part.type == "identifier":
                yield part, part
            elif part.type == "namespace_import":
                yield part.children[-1], part
            elif part.type == "named_imports":
                for specifier in part.named_children:
                    if specifier.type == "import_specifier":
                        alias = specifier.child_by_field_name("alias")
                        yield alias or specifier.child_by_field_name("name"), specifier


def _text(node: Any) -> str:
    text: bytes = node.text
    return text.decode()
