"""TypeScript without its types: they are blanked in place, so that lines and columns stay.

The tree comes from tree-sitter's grammar. Names that turn out to be types are dropped as well (`elision`). What has an effect at run time and is not JavaScript (enums,
namespaces, parameter properties, `import x = require()`) is refused at its line.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final

from loadr_js.errors import Place, ScriptSyntaxError
from loadr_js.sources.elision import Span, elided, with_comma

# Nodes that are types all through.
_TYPES: Final = frozenset(
    {
        "abstract_method_signature",
        "accessibility_modifier",
        "ambient_declaration",
        "asserts_annotation",
        "function_signature",
        "implements_clause",
        "index_signature",
        "interface_declaration",
        "method_signature",
        "opting_type_annotation",
        "override_modifier",
        "type_alias_declaration",
        "type_annotation",
        "type_arguments",
        "type_parameters",
        "type_predicate_annotation",
    }
)

_REFUSED: Final = {
    "enum_declaration": "an enum has an effect at run time: use a const object",
    "internal_module": "a namespace has an effect at run time: use a module",
    "module": "a namespace has an effect at run time: use a module",
    "import_alias": "`import x = …` is not supported: use `import`",
    "import_require_clause": "`import x = require(…)` is not supported: use `import`",
}

# Keywords within nodes that stay otherwise.
_WORDS: Final = frozenset({"abstract", "declare", "readonly", "?", "!"})
_WORD_PARENTS: Final = frozenset(
    {
        "abstract_class_declaration",
        "optional_parameter",
        "public_field_definition",
        "required_parameter",
        "method_definition",
        "variable_declarator",
    }
)


@cache
def _parser() -> Any:
    import tree_sitter_typescript  # noqa: PLC0415 - only TypeScript needs it
    from tree_sitter import Language, Parser  # noqa: PLC0415

    return Parser(Language(tree_sitter_typescript.language_typescript()))


def strip_types(source: str, name: str) -> str:
    """The JavaScript in TypeScript.

    Raises:
        ScriptSyntaxError: it cannot be parsed, or uses what is more than types.
    """
    data = source.encode()
    root = _parser().parse(data).root_node
    if root.has_error:
        broken = next(node for node in _walk(root) if node.type == "ERROR" or node.is_missing)
        raise _refusal(name, broken, "this is not TypeScript")
    blanked = bytearray(data)
    _blank(blanked, _spans(root, name))
    _blank(blanked, list(elided(list(_walk(root)), bytes(blanked))))
    return blanked.decode()


def _blank(text: bytearray, spans: Iterable[Span]) -> None:
    for start, end in spans:
        for index in range(start, end):
            if text[index] not in b"\r\n":
                text[index] = 0x20


def _walk(node: Any) -> Iterator[Any]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _spans(node: Any, name: str) -> Iterator[Span]:
    """The byte ranges to blank."""
    kind = node.type
    if kind in _REFUSED and node.is_named:
        raise _refusal(name, node, _REFUSED[kind])
    if kind in _TYPES:
        yield node.start_byte, node.end_byte
        return
    match kind:
        case "import_statement" | "export_statement" if _is_type_only(node):
            yield node.start_byte, node.end_byte
            return
        case "export_statement" if any(child.type in _TYPES for child in node.children):
            yield node.start_byte, node.end_byte
            return
        case "import_specifier" | "export_specifier" if node.children[0].type == "type":
            yield with_comma(node)
            return
        case "as_expression" | "satisfies_expression":
            yield from _spans(node.children[0], name)
            yield node.children[0].end_byte, node.end_byte
            return
        case "non_null_expression":
            yield from _spans(node.children[0], name)
            yield node.children[0].end_byte, node.end_byte
            return
        case "type_assertion":
            yield node.children[0].start_byte, node.children[0].end_byte
        case "required_parameter" | "optional_parameter":
            if any(child.type in ("accessibility_modifier", "readonly") for child in node.children):
                raise _refusal(name, node, "a parameter property has an effect at run time: assign it")
            if node.children and node.children[0].type == "this":
                yield with_comma(node)
                return
        case "public_field_definition" if any(child.type == "declare" for child in node.children):
            yield node.start_byte, node.end_byte
            return
        case _:
            pass
    for child in node.children:
        if child.type in _WORDS and kind in _WORD_PARENTS:
            yield child.start_byte, child.end_byte
        else:
            yield from _spans(child, name)


def _is_type_only(node: Any) -> bool:
    return any(child.type == "type" for child in node.children)


def _refusal(name: str, node: Any, reason: str) -> ScriptSyntaxError:
    row, column = node.start_point
    return ScriptSyntaxError("SyntaxError", reason, Place(name, row + 1, column + 1))
