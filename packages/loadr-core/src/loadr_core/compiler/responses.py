"""From what a request says about its response, `extract`, `assert` and `checks`, to objects that do it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from loadr_config.models import Extractor as PlanExtractor
from loadr_config.models import PluginCondition, PluginExtractor, Request, TestPlan
from loadr_core import flow
from loadr_core.compiler.labels import Labels
from loadr_core.conditions import compile_condition
from loadr_core.errors import PlanRefusedError
from loadr_core.extraction import Extraction
from loadr_core.flow.cells import GroupedCells
from loadr_core.plugins import load_assertion, load_extractor
from loadr_core.recording.recorder import RateCell, Recorder
from loadr_core.spi.extraction import Assertion, Extractor, UseContext
from loadr_core.spi.protocol import CompileError
from loadr_core.templating.scripts import ScriptExpressions
from loadr_core.templating.values import CompileText, compile_value
from loadr_core.tracing.trace import Trace

_Entry = TypeVar("_Entry")
_Compiled = TypeVar("_Compiled")


@dataclass(frozen=True, slots=True)
class ResponseProgram:
    """What is done with the responses of one request.

    Attributes:
        judge: extracts and asserts, or `None` where the plan does neither.
        checks: what is only counted.
        keeps_body: whether any of it looks into the body.
    """

    judge: flow.Judge | None
    checks: tuple[flow.Check, ...]
    keeps_body: bool


class ResponseCompiler:
    """Compiles for all requests of a plan.

    Args:
        plan: the plan, for the configuration of its plugins.
        compile_text: compiles its templates.
        recorder: where checks and causes of failures are counted.
        folder: relative paths start here.
        scripts: compiles conditions of the script engine.
        trace: is told what came out, or `None`.
    """

    def __init__(
        self,
        plan: TestPlan,
        compile_text: CompileText,
        recorder: Recorder,
        folder: Path,
        scripts: ScriptExpressions,
        trace: Trace | None = None,
    ) -> None:
        self._trace = trace
        self._scripts = scripts
        self._plan = plan
        self._compile_text = compile_text
        self._recorder = recorder
        self._folder = folder

    def compile(
        self, request: Request, name: str, tags: Mapping[str, str], labels: Labels
    ) -> ResponseProgram:
        """Compile one request's part.

        Args:
            request: the plan's request.
            name: the request's name.
            tags: those of every sample of its flow.
            labels: where it stands.

        Raises:
            PlanRefusedError: something of it is wrong or not installed; with its place below the request.
        """
        text = self._compile_text
        takings = [
            self._taking(compiled, tags, labels)
            for compiled in _each("extract", request.extract, self._extraction)
        ]
        assertions = [
            flow.Assertion(compiled, condition.on_failure)
            for compiled, condition in zip(
                _each(
                    "assert",
                    request.asserts,
                    lambda entry: compile_condition(entry, text, self._assertion, self._scripts),
                ),
                request.asserts,
                strict=True,
            )
        ]
        checks = tuple(
            flow.Check(compiled, *self._cells(compiled.name, tags, labels))
            for compiled in _each(
                "checks",
                request.checks,
                lambda entry: compile_condition(entry, text, self._assertion, self._scripts),
            )
        )
        reads_body = [taking.extraction.reads_body for taking in takings]
        reads_body += [entry.condition.reads_body for entry in assertions]
        reads_body += [entry.condition.reads_body for entry in checks]
        trace = self._trace
        if trace is not None:
            takings = [trace.taking(taking) for taking in takings]
            assertions = [replace(entry, condition=trace.assertion(entry.condition)) for entry in assertions]
            checks = tuple(replace(entry, condition=trace.check(entry.condition)) for entry in checks)
        judge = flow.Judge(name, takings, assertions, self._recorder) if takings or assertions else None
        return ResponseProgram(judge, checks, keeps_body=any(reads_body))

    def _taking(self, extraction: Extraction, tags: Mapping[str, str], labels: Labels) -> flow.Taking:
        if extraction.check is None:
            return flow.Taking(extraction)
        return flow.Taking(extraction, *self._cells(extraction.check.name, tags, labels))

    def _cells(
        self, check: str, tags: Mapping[str, str], labels: Labels
    ) -> tuple[RateCell | None, GroupedCells | None]:
        """Where a check is counted: in one cell, or in one for each path of its group."""
        tags = {**tags, **labels.tags, "check": check}
        if labels.slot is None:
            return self._recorder.rate("checks", tags), None
        return None, GroupedCells(self._recorder, tags, labels.slot)

    def _extraction(self, entry: PlanExtractor) -> Extraction:
        from loadr_core.extraction.compile import compile_extraction  # noqa: PLC0415 - 30 modules

        return compile_extraction(entry, self._compile_text, self._extractor)

    def _extractor(self, entry: PluginExtractor) -> Extractor:
        return load_extractor(entry.plugin)(self._use(entry.plugin, entry))

    def _assertion(self, entry: PluginCondition) -> Assertion:
        return load_assertion(entry.plugin)(self._use(entry.plugin, entry))

    def _use(self, plugin: str, entry: PluginExtractor | PluginCondition) -> UseContext:
        options = {
            key: compile_value(value, self._compile_text) for key, value in (entry.model_extra or {}).items()
        }
        return UseContext(options, self._folder, self._plan.plugin_config(plugin))


def _each(
    key: str, entries: tuple[_Entry, ...], compile_entry: Callable[[_Entry], _Compiled]
) -> list[_Compiled]:
    compiled = []
    for index, entry in enumerate(entries):
        try:
            compiled.append(compile_entry(entry))
        except CompileError as error:
            hint = f" ({error.hint})" if error.hint else ""
            raise PlanRefusedError([f"{key}[{index}]: {error.message}{hint}"]) from error
        except PlanRefusedError as error:
            raise PlanRefusedError([f"{key}[{index}]: {problem}" for problem in error.problems]) from error
    return compiled
