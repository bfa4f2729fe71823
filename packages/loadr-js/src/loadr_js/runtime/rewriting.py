"""Modules as plain functions, for an engine without a module loader. Pure.

The text stays where it is: declarations of imports and exports are blanked, lines keep their numbers, and columns
do below the first line. What a function cannot do a rewritten module cannot either: await at its top level, see an
import change, or import what is only named while it runs.

The tree comes from tree-sitter's grammar; the clauses are those of ECMA-262, sections 16.2.2 and 16.2.3.
"""

import json
import posixpath
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

_DECLARED: Final = frozenset(
    {
        "class_declaration",
        "function_declaration",
        "generator_function_declaration",
        "class",
        "function_expression",
    }
)
_NOT_A_NEWLINE: Final = re.compile(rb"[^\n]")


class Rewritten(NamedTuple):
    """A module as a function.

    Attributes:
        code: an expression: a function of (import, export, export all, import dynamically).
        imports: what it imports, as it is written there, in order.
    """

    code: str
    imports: tuple[str, ...]


@lru_cache(maxsize=256)
def rewritten(source: str) -> Rewritten:
    """A module as a function; one that cannot be parsed stays wrong, for the engine to say so."""
    rewriting = _Rewriting(source.encode())
    return Rewritten(rewriting.code(), tuple(rewriting.imports))


def resolved(importer: str, name: str) -> str:
    """The name of a module that another one imports."""
    if not name.startswith("."):
        return name
    return posixpath.normpath(posixpath.join(posixpath.dirname(importer), name))


@cache
def _parser() -> Any:
    import tree_sitter_javascript  # noqa: PLC0415 - only where the engine has no module loader
    from tree_sitter import Language, Parser  # noqa: PLC0415

    return Parser(Language(tree_sitter_javascript.language()))


class _Edit(NamedTuple):
    """Bytes to replace; `None` blanks them."""

    start: int
    end: int
    text: bytes | None


class _Rewriting:
    """One module.

    Attributes:
        imports: what it imports.
    """

    def __init__(self, source: bytes) -> None:
        self.imports: list[str] = []
        self._source = source
        self._head: list[str] = []
        self._exports: list[tuple[str, str]] = []
        self._edits: list[_Edit] = []
        root = _parser().parse(source).root_node
        self._dynamic(root)
        for node in root.children:
            if node.type == "import_statement":
                self._import(node)
            elif node.type == "export_statement":
                self._export(node)

    def code(self) -> str:
        """The function."""
        pieces, position = [], 0
        for start, end, text in sorted(self._edits, key=lambda edit: edit[:2]):
            if start < position:
                continue
            gone = self._source[start:end]
            pieces.append(self._source[position:start])
            pieces.append(
                _NOT_A_NEWLINE.sub(b" ", gone) if text is None else text + b"\n" * gone.count(b"\n")
            )
            position = end
        pieces.append(self._source[position:])
        exports = "".join(f"__export({json.dumps(name)}, () => {value});" for name, value in self._exports)
        head = '(function (__import, __export, __all, __later) {"use strict";' + exports + "".join(self._head)
        return head + b"".join(pieces).decode() + "\n})"

    def _dynamic(self, node: Any) -> None:
        if node.type == "call_expression" and node.child_by_field_name("function").type == "import":
            self._edits.append(_Edit(node.start_byte, node.start_byte + len("import"), b"__later"))
        for child in node.children:
            self._dynamic(child)

    def _import(self, node: Any) -> None:
        module = self._required(node)
        clause = next((child for child in node.children if child.type == "import_clause"), None)
        for part in () if clause is None else clause.named_children:
            match part.type:
                case "identifier":
                    self._head.append(f"const {{default: {_text(part)}}} = {module};")
                case "namespace_import":
                    self._head.append(f"const {_text(part.named_children[0])} = {module};")
                case _:
                    for name, alias in _specifiers(part):
                        self._head.append(f"const {{{name}: {alias}}} = {module};")
        if clause is None:
            self._head.append(f"{module};")
        self._edits.append(_Edit(node.start_byte, node.end_byte, None))

    def _export(self, node: Any) -> None:
        declaration = node.child_by_field_name("declaration")
        value = node.child_by_field_name("value")
        if any(child.type == "default" for child in node.children):
            self._export_default(node, declaration or value)
        elif declaration is not None:
            name = declaration.child_by_field_name("name")
            if name is not None:
                names = [_text(name)]
            else:
                declarators = [one for one in declaration.named_children if one.type == "variable_declarator"]
                names = [found for one in declarators for found in _bound(one.child_by_field_name("name"))]
            self._exports += [(name, name) for name in names]
            self._edits.append(_Edit(node.start_byte, declaration.start_byte, None))
        else:
            self._export_names(node)
            self._edits.append(_Edit(node.start_byte, node.end_byte, None))

    def _export_default(self, node: Any, value: Any) -> None:
        name = value.child_by_field_name("name") if value.type in _DECLARED else None
        if name is not None:
            self._exports.append(("default", _text(name)))
            self._edits.append(_Edit(node.start_byte, value.start_byte, None))
            return
        self._exports.append(("default", "__default"))
        self._edits.append(_Edit(node.start_byte, value.start_byte, b"const __default = "))
        self._edits.append(_Edit(node.end_byte, node.end_byte, b";"))

    def _export_names(self, node: Any) -> None:
        has_source = node.child_by_field_name("source") is not None
        module = self._required(node) if has_source else None
        clause = next((child for child in node.children if child.type == "export_clause"), None)
        space = next((child for child in node.children if child.type == "namespace_export"), None)
        if clause is not None:
            for name, alias in _specifiers(clause):
                self._exports.append((alias, name if module is None else f"{module}[{json.dumps(name)}]"))
        elif space is not None:
            self._exports.append((_text(space.named_children[0]), str(module)))
        else:
            self._head.append(f"__all({module});")

    def _required(self, node: Any) -> str:
        """The expression for the module that a declaration names."""
        name = _text(node.child_by_field_name("source"))[1:-1]
        if name not in self.imports:
            self.imports.append(name)
        return f"__import({json.dumps(name)})"


def _text(node: Any) -> str:
    text: str = node.text.decode()
    return text


def _specifiers(clause: Any) -> Iterator[tuple[str, str]]:
    """The (name, alias) pairs of `{a, b as c}`."""
    for part in clause.named_children:
        name = part.child_by_field_name("name")
        if name is not None:
            yield _text(name), _text(part.child_by_field_name("alias") or name)


def _bound(pattern: Any) -> Iterator[str]:
    """The names that a pattern of a declaration binds."""
    match pattern.type:
        case "identifier" | "shorthand_property_identifier_pattern":
            yield _text(pattern)
        case "assignment_pattern" | "object_assignment_pattern":
            yield from _bound(pattern.child_by_field_name("left"))
        case "pair_pattern":
            yield from _bound(pattern.child_by_field_name("value"))
        case _:
            for child in pattern.named_children:
                yield from _bound(child)
