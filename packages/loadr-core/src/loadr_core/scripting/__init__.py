"""Scripts of a plan: their module, and what a VU's script may ask for."""

from loadr_core.scripting.host import VuHost
from loadr_core.scripting.metrics import ScriptMetrics
from loadr_core.scripting.requests import ScriptRequests
from loadr_core.scripting.scripts import ScenarioScripts, Scripts

__all__ = ["ScenarioScripts", "ScriptMetrics", "ScriptRequests", "Scripts", "VuHost"]
