"""What `handleSummary` can ask `k6/execution`: it belongs to no VU, and the run is over. As in k6."""

from typing import TYPE_CHECKING, Any, NoReturn

from loadr_js.errors import ScriptStopped
from loadr_js.hosts.initial import LOG
from loadr_js.hosts.outside import refuse
from loadr_js.runtime.context import HostFunction

if TYPE_CHECKING:
    from loadr_js.module import JsModule

_NO_VU = dict.fromkeys(("idInInstance", "idInTest", "iterationInInstance", "iterationInScenario"), 0)


class ConcludingHost:
    """The execution of a script that makes the summary.

    Attributes:
        is_loaded: whether the script's top level has run; before, it is told what every top level is told.
    """

    def __init__(self, module: "JsModule") -> None:
        self._module = module
        self.is_loaded = False

    def functions(self) -> dict[str, HostFunction]:
        """The host functions, in addition to those of a top level."""
        return {
            "abort": self.end,
            "execution": self.execution,
            "mark_failed": self.mark_failed,
            "options": self.options,
            "tags_get": dict,
        }

    def execution(self, topic: str) -> dict[str, Any]:
        """There is a VU that is none, and neither an instance nor a scenario."""
        if topic != "vu" or not self.is_loaded:
            refuse(topic)
        return dict(_NO_VU)

    def options(self) -> dict[str, Any]:
        """`test.options`."""
        if not self.is_loaded:
            refuse("options")
        module = self._module
        return dict(module.settings.options if module.as_script else module.options)

    def mark_failed(self, reason: str) -> None:
        """`test.fail`: it is said, and comes too late to make the run a failed one."""
        if not self.is_loaded:
            refuse("fail")
        LOG.error("test marked as failed%s", f": {reason}" if reason else "")

    def end(self, reason: str) -> NoReturn:
        """`test.abort`: the script's summary is given up; the run is over already."""
        LOG.error("test aborted%s", f": {reason}" if reason else "")
        raise ScriptStopped
