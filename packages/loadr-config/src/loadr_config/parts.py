"""Which parts of a plan belong to which extension.

An extension is known by its kind (the entry-point group without its ``loadr.``) and its name:

==================  ==============================  =========================================================
kind                name                            value of a part
==================  ==============================  =========================================================
``protocols``       the protocol's                  a `Request` that speaks it
``extractors``      ``jsonpath``, ``xpath``, …      the expression: of an extractor, of a chain, of a condition
``extractors``      a plugin's                      the whole `PluginExtractor`
``assertions``      a plugin's                      the whole `PluginCondition`
``outputs``         the output's                    the entry of ``outputs``
``script_engines``  ``js``, ``python``              the `ScriptModule`, or code: a step's, a condition's, ``${js: …}``
any                 that of an entry in `plugins`   the `Plugin`
==================  ==============================  =========================================================
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from loadr_config import templates
from loadr_config._modelling import BaseModel
from loadr_config._validation.suggestions import did_you_mean
from loadr_config.checks._walk import models_in, templates_of
from loadr_config.diagnostics import Finding, Place, Severity
from loadr_config.models import (
    ChainExtractor,
    CssExtractor,
    Foreach,
    If,
    JsonpathCondition,
    JsonpathExtractor,
    Output,
    PluginCondition,
    PluginExtractor,
    PluginOutput,
    RegexExtractor,
    Request,
    Retry,
    ScenarioBase,
    ScriptCode,
    ScriptCondition,
    ScriptModule,
    TestPlan,
    While,
    XpathCondition,
    XpathExtractor,
)
from loadr_config.models.steps import SCRIPT_ENGINES
from loadr_config.protocols import protocol_of

__all__ = ["Kind", "PlanPart", "PlanPath", "functions_used", "parts_of", "unknown_functions"]

PlanPath: TypeAlias = tuple[str | int, ...]
Kind = Literal["protocols", "extractors", "assertions", "outputs", "script_engines", "plugins"]

_CHAIN_SOURCES: Final = ("jmespath", "jsonpath", "regex", "css", "xpath")


@dataclass(frozen=True, slots=True)
class PlanPart:
    """A part of a plan that belongs to an extension.

    Attributes:
        kind: The extension's kind; ``plugins`` for an entry of the plan's ``plugins``.
        name: The extension's name.
        path: Where the part stands in the plan.
        value: A model of the plan, or a text: an expression, code.
        start: Where a text begins in the text at the path: not at 0 for the code of ``${js: …}``.
        text: The whole text at the path, where the value is a text.
    """

    kind: Kind
    name: str
    path: PlanPath
    value: Any
    start: int = 0
    text: str | None = None

    def finding(
        self,
        message: str,
        *,
        below: PlanPath = (),
        suggestion: str | None = None,
        severity: Severity = Severity.ERROR,
        on_key: bool = False,
        offset: int | None = None,
        place: Place | None = None,
    ) -> Finding:
        """Say what is wrong with the part.

        Args:
            message: What is wrong, without a full stop.
            below: The place below the part, such as ``("headers", "X-User")``.
            suggestion: What to write instead, or what to do.
            severity: An error keeps the plan from running, a warning does not.
            on_key: The key at the end of the path is meant, not its value.
            offset: Characters from the start of the text to the mistake.
            place: The place in another file, where the mistake is there.
        """
        if offset is not None and not below:
            offset += self.start
        return Finding(
            (*self.path, *below),
            message,
            suggestion,
            severity,
            on_key=on_key,
            offset=offset,
            text=None if below else self.text,
            place=place,
        )


def parts_of(plan: TestPlan, schemes: Mapping[str, str]) -> Iterator[PlanPart]:
    """Yield the parts of a plan, in its order.

    Args:
        plan: The plan.
        schemes: Protocol names by URL scheme, from plugins.
    """
    base_url = plan.defaults.http.base_url
    for path, model in models_in(plan):
        match model:
            case Request():
                protocol = protocol_of(model, base_url, schemes)
                if protocol is not None:
                    yield PlanPart("protocols", protocol, path, model)
            case ScriptModule():
                yield PlanPart("script_engines", str(path[0]), path, model)
            case PluginExtractor():
                yield PlanPart("extractors", model.plugin, path, model)
            case PluginCondition():
                yield PlanPart("assertions", model.plugin, path, model)
            case _:
                yield from _expressions(path, model)
        yield from _code(path, model, plan.expression_engine)
    yield from _outputs(plan.outputs)
    for index, plugin in enumerate(plan.plugins):
        if plugin.enabled and plugin.path is None:
            yield PlanPart("plugins", plugin.name, ("plugins", index), plugin)


def functions_used(plan: TestPlan) -> Iterator[tuple[PlanPath, str, str | None]]:
    """Yield the functions of script modules that a plan names.

    Each with where it does, and with the engine; `None` where any module may have the function.
    """
    for path, model in models_in(plan):
        match model:
            case ScenarioBase():
                for key in ("exec", "on_start", "on_stop"):
                    if (name := getattr(model, key)) is not None:
                        yield (*path, key), name, None
            case ScriptCode() if model.call is not None:
                yield (*path, "call"), model.call, model.engine
            case _:
                pass


def unknown_functions(plan: TestPlan, exports: Mapping[str, Collection[str] | None]) -> Iterator[Finding]:
    """Yield what is wrong with the functions that a plan names.

    Args:
        plan: The plan.
        exports: The functions of its script modules, by engine; `None` where they are not known.
    """
    for path, name, engine in functions_used(plan):
        asked = list(exports.values()) if engine is None else [exports.get(engine)]
        modules = [names for names in asked if names is not None]
        having = sum(name in names for names in modules)
        if having > 1:
            message = f'both script modules export a function "{name}"'
            yield Finding(path, message, "rename one of them")
        elif not having and modules and len(modules) == len(asked):
            names = sorted(set().union(*modules))
            known = ", ".join(names[:10]) or "none at all"
            hint = did_you_mean(name, names) or f"it exports {known}"
            yield Finding(path, f'the script module exports no function "{name}"', hint)


def _outputs(outputs: tuple[Output, ...]) -> Iterator[PlanPart]:
    for index, output in enumerate(outputs):
        name = output.name if isinstance(output, PluginOutput) else output.type
        yield PlanPart("outputs", name, ("outputs", index), output)


def _expressions(path: PlanPath, model: BaseModel) -> Iterator[PlanPart]:
    match model:
        case JsonpathExtractor() | XpathExtractor() | CssExtractor() | RegexExtractor():
            yield _text("extractors", model.type, (*path, "expression"), model.expression)
        case JsonpathCondition() | XpathCondition() if "${" not in model.expression:
            yield _text("extractors", model.type, (*path, "expression"), model.expression)
        case ChainExtractor():
            for source in _CHAIN_SOURCES:
                if (expression := getattr(model, source)) is not None:
                    yield _text("extractors", source, (*path, source), expression)
        case _:
            pass


def _code(path: PlanPath, model: BaseModel, engine: str) -> Iterator[PlanPart]:
    for named, key, code in _whole_texts(model):
        yield _text("script_engines", named or engine, (*path, key), code)
    for place, text in templates_of(model, path):
        if any(f"{name}:" in text for name in SCRIPT_ENGINES):
            for reference in templates.parse(text).references:
                if reference.code:
                    # The column is that of "${"; the code stands after the "js:" that follows it.
                    start = text.index(":", reference.column + 1) + 1
                    start = text.index(reference.code, start)
                    yield PlanPart("script_engines", reference.kind, place, reference.code, start, text)


def _whole_texts(model: BaseModel) -> Iterator[tuple[str | None, str, str]]:
    """Yield the keys whose whole text is code, each after its engine, `None` where none is named.

    Of those that may be templates, `${` tells that they are.
    """
    match model:
        case ScriptCode() if model.script is not None:
            yield model.engine, "script", model.script
        case ScriptCondition():
            yield model.type, "expression", model.expression
        case If() | While() if "${" not in model.condition:
            yield None, "condition", model.condition
        case Retry() if model.until is not None and "${" not in model.until:
            yield None, "until", model.until
        case Foreach() if isinstance(model.items, str) and "${" not in model.items:
            yield None, "items", model.items
        case _:
            pass


def _text(kind: Kind, name: str, path: PlanPath, text: str) -> PlanPart:
    return PlanPart(kind, name, path, text, 0, text)
