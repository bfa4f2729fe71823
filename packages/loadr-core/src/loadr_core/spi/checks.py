"""How an extension validates what is its own in a plan, before anything runs.

`loadr validate`, and `loadr run` before it starts, find the parts of a plan that belong to an installed
extension and hand them over, all at once. Protocols, script engines, extractors, assertions, outputs and
services take part in the same way: what their entry point names has a class method `check`.

    class Handler(ProtocolHandler):
        @classmethod
        def check(cls, parts, context):
            for part in parts:
                if part.value.body is not None:
                    yield part.finding("has no body", below=("body",), on_key=True)

An extension whose class brings much along may name something lighter with the same `check` in the group
`loadr.checks`, as `KIND.NAME`: `"protocols.http" = "loadr_protocols.http.checks:HttpChecks"`.

What a part holds, by the extension's kind, is in the table of `loadr_config.parts`. What is not
installed is named once as not checked.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from loadr_config.diagnostics import Finding
from loadr_config.models import HttpDefaults, ScriptModule
from loadr_config.parts import PlanPart


@dataclass(frozen=True, slots=True)
class PlanContext:
    """What surrounds the parts of a plan.

    Attributes:
        defaults: the plan's `defaults.http`, its templates as written.
        folder: relative paths of the plan start here.
        config: the plan's `plugins[].config` for this extension.
        check_files: whether files that the plan names may be looked at.
        known: a template's text, where nothing in it waits for the run or is a secret; else `None`.
    """

    defaults: HttpDefaults
    folder: Path
    config: Mapping[str, Any] = field(default_factory=dict)
    check_files: bool = True
    known: Callable[[str], str | None] = lambda text: None if "${" in text else text


@runtime_checkable
class Checks(Protocol):
    """The ability of an extension to validate what is its own in a plan, before the run."""

    def check(self, parts: Sequence[PlanPart], context: PlanContext) -> Iterable[Finding]:
        """What is wrong with the parts of a plan that belong to this extension.

        Called once a plan by `validate`, and by `run` before it starts, on the class that the entry
        point names (so make it a class method), in the coordinator's process. It may read files and
        block for a short time; it must not use the network, and must not run the user's code for its
        effects. What it raises is reported as the extension's own fault, and fails no plan.
        """
        ...


@runtime_checkable
class TellsExports(Protocol):
    """The ability of a script engine to say which functions a module has, without running one.

    An engine without it is asked by loading the module once; an engine whose modules could do harm
    while they are loaded, as those of Python can, needs it.
    """

    def exports(self, module: PlanPart, context: PlanContext) -> frozenset[str] | None:
        """The names that `exec`, `on_start`, `on_stop` and `js: {call: …}` may use.

        Called as `Checks.check` is, and after it. Returns `None` when the names cannot be known: the
        module is broken (which `check` reports), or makes its exports while it runs.
        """
        ...


def code_of(module: ScriptModule, context: PlanContext) -> str | None:
    """The code of a plan's script module; `None` where it cannot be had, which is told elsewhere."""
    if module.file is None:
        return module.script
    if not context.check_files:
        return None
    try:
        return (context.folder / module.file).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
