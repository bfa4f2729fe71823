"""Scripts that are run directly, without a plan: `loadr run script.js`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from loadr_config.diagnostics import Diagnostic
from loadr_core.spi.script import ScriptSource

if TYPE_CHECKING:
    from loadr_config.summary import Summary


@dataclass(frozen=True, slots=True)
class ScriptPlan:
    """What a script asks for, as a plan.

    Attributes:
        document: the plan as its language has it; validated like one that was read from a file.
        diagnostics: what is wrong with the script's options, at their lines.
        http_debug: what the script asks to see of its first exchanges: `head` or, with bodies, `full`.
    """

    document: Mapping[str, Any]
    diagnostics: tuple[Diagnostic, ...] = ()
    http_debug: str | None = None


@runtime_checkable
class RunsScripts(Protocol):
    """The ability of a script engine whose scripts say themselves what load they are.

    Attributes:
        suffixes: of the files that are such scripts, with their dot.
    """

    suffixes: ClassVar[frozenset[str]]

    def plan_of(
        self, file: Path, folder: Path, environment: Mapping[str, str], options: Mapping[str, Any]
    ) -> ScriptPlan:
        """The plan of a script. Called on the class, in the coordinator's process, before the run.

        Args:
            file: the script; it lies inside of the folder.
            folder: what the script may read lies inside of it; the plan's relative paths start here.
            environment: what the script finds as its environment.
            options: options of the command line, in the script's own terms; they win over the script's.

        Raises:
            ScriptError: its top level failed.
        """
        ...

    def submetrics(self, config: Mapping[str, Any]) -> Sequence[str]:
        """The selectors, as those of thresholds, that the script's summary lists. Called on the class.

        Args:
            config: the plan's `plugins[].config` for this engine.
        """
        ...

    def summarize(
        self,
        source: ScriptSource,
        folder: Path,
        environment: Mapping[str, str],
        config: Mapping[str, Any],
        summary: "Summary",
        setup_data: Any = None,
    ) -> Mapping[str, str] | None:
        """What the script makes of the summary: texts by `stdout`, `stderr` or path. Called on the class.

        Args:
            source: the script, one of a plan or one that was run directly.
            folder: where its files lie.
            environment: as above.
            config: the plan's `plugins[].config` for this engine.
            summary: the run's.
            setup_data: what the script's `setup` has returned.

        Returns:
            `None` where the script leaves the summary alone.

        Raises:
            ScriptError: it failed.
        """
        ...
