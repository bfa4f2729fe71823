"""The ``${…}`` language: one grammar for everything that a plan renders at run time.

Grammar::

    template  = { literal | "$${" | reference }
    reference = "${" body "}"
    body      = ("js:" | "python:") code      braces, strings and comments in it are skipped whole
              | "env."     name
              | "vars."    name
              | "secrets." name
              | "data."    source "." column    the column may hold dots and white space
              | "vu" | "iteration" | "scenario"
              | name { "." name }               a variable, with members of a structured value

``$${`` is the two characters ``${``. White space directly inside the braces is free. A dollar sign
that no brace follows is itself.

Parsing stops here: rendering belongs to the engine, which compiles the parts.
"""

import re
from dataclasses import dataclass
from typing import Final
from typing import Literal as OneOf

from loadr_config.errors import TemplateError

__all__ = ["Kind", "Literal", "Reference", "Template", "TemplateError", "parse", "parse_reference"]

Kind = OneOf["env", "vars", "secrets", "data", "name", "vu", "iteration", "scenario", "js", "python"]


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that is copied as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A value to look up or to compute.

    Attributes:
        kind: Where the value comes from.
        path: The names after the kind: ``("x",)`` for ``${vars.x}``, ``("users", "name")`` for
            ``${data.users.name}`` and for the variable ``${users.name}``; empty for ``vu``,
            ``iteration``, ``scenario``, ``js`` and ``python``.
        code: The expression of ``${js: …}`` or ``${python: …}``, else empty.
        column: Where the ``${`` stands in the text, counted from 1.
    """

    kind: Kind
    path: tuple[str, ...] = ()
    code: str = ""
    column: int = 0

    def __str__(self) -> str:
        if self.code:
            return f"${{{self.kind}: {self.code}}}"
        return f"${{{'.'.join(self.path if self.kind == 'name' else (self.kind, *self.path))}}}"


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed text.

    Attributes:
        parts: Literals and references in order; no two literals are neighbours.
    """

    parts: tuple[Literal | Reference, ...]

    @property
    def references(self) -> tuple[Reference, ...]:
        """The references alone, in order."""
        return tuple(part for part in self.parts if isinstance(part, Reference))

    @property
    def constant(self) -> str | None:
        """The text that the template always renders to, or None when it has a reference."""
        if not self.parts:
            return ""
        first = self.parts[0]
        return first.text if len(self.parts) == 1 and isinstance(first, Literal) else None

    def __str__(self) -> str:
        return "".join(
            part.text.replace("${", "$${") if isinstance(part, Literal) else str(part) for part in self.parts
        )


def parse(text: str) -> Template:
    """Parse a text of the grammar above.

    Args:
        text: What stands in the plan.

    Returns:
        The parts; `str()` of the result parses to the same parts again.

    Raises:
        TemplateError: A ``${`` without its ``}``, or braces around something that is no reference.
    """
    if "${" not in text:
        return Template((Literal(text),) if text else ())
    parts: list[Literal | Reference] = []
    literal: list[str] = []
    position = 0
    while True:
        start = text.find("${", position)
        if start < 0:
            literal.append(text[position:])
            break
        if start > position and text[start - 1] == "$":
            literal.append(text[position : start - 1] + "${")
            position = start + 2
            continue
        literal.append(text[position:start])
        if joined := "".join(literal):
            parts.append(Literal(joined))
        literal.clear()
        reference, position = parse_reference(text, start)
        parts.append(reference)
    if joined := "".join(literal):
        parts.append(Literal(joined))
    return Template(tuple(parts))


_NAME: Final = re.compile(r"[^\W\d][\w-]*")
_MEMBER: Final = re.compile(r"[\w-]+")
_CONTEXT: Final[dict[str, Kind]] = {"vu": "vu", "iteration": "iteration", "scenario": "scenario"}
_NAMED: Final[dict[str, Kind]] = {"env": "env", "vars": "vars", "secrets": "secrets"}
_ENGINES: Final[dict[str, Kind]] = {"js": "js", "python": "python"}
_ENGINE: Final = re.compile(rf"\s*({'|'.join(_ENGINES)}):")


def parse_reference(text: str, start: int) -> tuple[Reference, int]:
    """Parse the reference whose ``${`` stands at `start`.

    Returns:
        The reference, and the position after its closing brace.

    Raises:
        TemplateError: The braces do not close, or stand around something that is no reference.
    """
    column = start + 1
    if engine := _ENGINE.match(text, start + 2):
        name = _ENGINES[engine[1]]
        find_end = _end_of_python if name == "python" else _end_of_code
        end = find_end(text, engine.end())
        if end < 0:
            raise TemplateError(f'"${{{name}:" has no closing "}}"', column)
        code = text[engine.end() : end].strip()
        if not code:
            raise TemplateError(f'"${{{name}: …}}" needs an expression', column)
        return Reference(name, code=code, column=column), end + 1
    end = text.find("}", start + 2)
    if end < 0:
        raise TemplateError('"${" has no closing "}"; write "$${" for the two characters themselves', column)
    inside = text[start + 2 : end].strip()
    if "${" in inside:
        raise TemplateError('"${" has no closing "}" before the next "${"', column)
    if not inside:
        raise TemplateError('"${}" needs a name', column)
    return _lookup(inside, column), end + 1


def _lookup(inside: str, column: int) -> Reference:
    head, dot, rest = inside.partition(".")
    if not dot and (context := _CONTEXT.get(head)):
        return Reference(context, column=column)
    if named := _NAMED.get(head):
        if not rest.strip():
            raise TemplateError(f'"${{{head}.…}}" needs a name after the dot', column)
        return Reference(named, (rest.strip(),), column=column)
    if head == "data":
        source, _, field = rest.partition(".")
        if not source.strip() or not field.strip():
            raise TemplateError('data is read as "${data.source.column}"', column)
        return Reference("data", (source.strip(), field.strip()), column=column)
    names = inside.split(".")
    if not _NAME.fullmatch(names[0]) or not all(_MEMBER.fullmatch(name) for name in names[1:]):
        raise TemplateError(f'"{inside}" is no name; an expression is written "${{js: {inside}}}"', column)
    return Reference("name", tuple(names), column=column)


_CODE: Final = re.compile(
    r"""
      (?P<string> "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' )
    | (?P<comment> //[^\n]*\n | /\*.*?\*/ )
    | (?P<tick> ` )
    | (?P<open> \{ )
    | (?P<close> \} )
    """,
    re.VERBOSE | re.DOTALL,
)
_TICKED: Final = re.compile(r"\\.|(?P<hole>\$\{)|(?P<tick>`)", re.DOTALL)


def _end_of_code(text: str, position: int) -> int:
    """Find the brace that closes JavaScript code, or return -1.

    Strings, comments and template literals are skipped. A regular expression with an unequal number of
    braces is the known weakness: telling it from a division takes a whole parser.
    """
    # Each entry is what is open: "{" a brace of code, "`" a template literal, "$" a hole in one.
    open_marks: list[str] = []
    while True:
        if open_marks and open_marks[-1] == "`":
            found = _TICKED.search(text, position)
            if found is None:
                return -1
            if found.lastgroup == "hole":
                open_marks.append("$")
            elif found.lastgroup == "tick":
                open_marks.pop()
        else:
            found = _CODE.search(text, position)
            if found is None:
                return -1
            if found.lastgroup == "close":
                if not open_marks:
                    return found.start()
                open_marks.pop()
            elif found.lastgroup == "open":
                open_marks.append("{")
            elif found.lastgroup == "tick":
                open_marks.append("`")
        position = found.end()


_PYTHON: Final = re.compile(
    r'''
      (?P<string> """(?:[^\\]|\\.)*?""" | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' )
    | (?P<comment> \#[^\n]*\n )
    | (?P<open> \{ )
    | (?P<close> \} )
    ''',
    re.VERBOSE | re.DOTALL,
)


def _end_of_python(text: str, position: int) -> int:
    """Find the brace that closes Python code, or return -1; strings and comments are skipped.

    Known weakness: a string with its own quotes in a hole of an f-string, which Python takes from 3.12 on.
    """
    depth = 0
    while (found := _PYTHON.search(text, position)) is not None:
        if found.lastgroup == "close":
            if not depth:
                return found.start()
            depth -= 1
        elif found.lastgroup == "open":
            depth += 1
        position = found.end()
    return -1
