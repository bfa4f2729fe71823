"""What is wrong with the Python of a plan, without running any of it: it is the user's own, and may do anything."""

import ast
from collections.abc import Iterable, Iterator, Sequence

from loadr_config.diagnostics import Finding, Place, offset_of
from loadr_config.models import ScriptModule
from loadr_config.parts import PlanPart
from loadr_core.spi import PlanContext, code_of


def check_code(parts: Sequence[PlanPart], context: PlanContext) -> Iterator[Finding]:
    """Yield the syntax errors of modules, steps and expressions.

    Args:
        parts: the parts of a plan that are Python.
        context: what surrounds them.
    """
    for part in parts:
        match part.value:
            case ScriptModule():
                yield from _check_module(part, part.value, context)
            case str():
                yield from _check_text(part, part.value)
            case _:
                pass


def names_of(module: ScriptModule, context: PlanContext) -> frozenset[str] | None:
    """The names that a module's top level may make functions of.

    A name that is imported or assigned may be a function, so it counts. `None` where the names cannot be
    known: the module cannot be read or parsed, or it imports `*` from another.
    """
    text = code_of(module, context)
    if text is None:
        return None
    try:
        names = frozenset(_bound(ast.parse(text).body))
    except (SyntaxError, ValueError):
        return None
    return None if "*" in names else frozenset(name for name in names if not name.startswith("_"))


def _check_module(part: PlanPart, module: ScriptModule, context: PlanContext) -> Iterator[Finding]:
    text = code_of(module, context)
    if text is None:
        return
    try:
        compile(text, module.file or "script", "exec", dont_inherit=True, flags=ast.PyCF_ONLY_AST)
    except SyntaxError as error:
        if module.file is None:
            yield _in_text(part, error, text, ("script",))
            return
        line = error.lineno or 1
        lines = text.split("\n")
        shown = lines[line - 1] if line <= len(lines) else None
        place = Place(str(context.folder / module.file), line, error.offset or 1, shown)
        yield part.finding(_told(error), below=("file",), place=place)
    except ValueError as error:
        yield part.finding(f"the Python module cannot be parsed: {error}")


def _check_text(part: PlanPart, text: str) -> Iterator[Finding]:
    is_statements = part.path[-1] == "script"
    mode, flags = ("exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT) if is_statements else ("eval", 0)
    try:
        compile(text if is_statements else text.strip(), "step", mode, flags=flags | ast.PyCF_ONLY_AST)
    except SyntaxError as error:
        yield _in_text(part, error, text)
    except ValueError as error:
        yield part.finding(f"this cannot be parsed as Python: {error}")


def _in_text(part: PlanPart, error: SyntaxError, text: str, below: tuple[str, ...] = ()) -> Finding:
    """The finding at the character of a text of the plan."""
    offset = offset_of(text, error.lineno or 1, error.offset or 1)
    offset = max(min(offset, len(text) - 1), 0)
    if below:
        return Finding((*part.path, *below), _told(error), offset=offset, text=text)
    return part.finding(_told(error), offset=offset)


def _told(error: SyntaxError) -> str:
    return f"this is no Python: {error.msg}"


def _bound(statements: Iterable[ast.stmt]) -> Iterator[str]:
    """The names that statements bind; also those in branches, one of which runs."""
    for statement in statements:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                for alias in names:
                    yield alias.asname or alias.name.partition(".")[0]
            case ast.Assign(targets=targets):
                for target in targets:
                    yield from (node.id for node in ast.walk(target) if isinstance(node, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.If() | ast.Try() | ast.With() | ast.For() | ast.While():
                for block in ("body", "orelse", "finalbody"):
                    yield from _bound(getattr(statement, block, ()))
                for handler in getattr(statement, "handlers", ()):
                    yield from _bound(handler.body)
            case _:
                pass
