"""Templates made ready to render, and what of a plan is known before the run."""

from loadr_core.templating.defaults import ResolvedDefaults, fixed_texts
from loadr_core.templating.texts import TextCompiler
from loadr_core.templating.variables import resolve_variables

__all__ = ["ResolvedDefaults", "TextCompiler", "fixed_texts", "resolve_variables"]
