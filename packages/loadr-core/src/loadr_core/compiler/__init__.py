"""From the validated plan to objects that run: everything known before the run is computed here."""

from loadr_core.compiler.program import ScenarioProgram
from loadr_core.compiler.scenario import PlanCompiler

__all__ = ["PlanCompiler", "ScenarioProgram"]
