"""The plan language: loading with positions, models, templates, thresholds.

Errors and diagnostics are imported at once; what needs pydantic and the YAML parser is imported at its
first use, so that asking for the metrics' names or for a diagnostic costs nothing more.
"""

from typing import TYPE_CHECKING, Any

from loadr_config.diagnostics import CodePlace, Diagnostic, Finding, Place, Severity, render, render_all
from loadr_config.errors import (
    ConfigError,
    DurationError,
    GrammarError,
    PlanError,
    SecretError,
    TemplateError,
    ThresholdError,
)
from loadr_config.installed import Installed

if TYPE_CHECKING:
    from loadr_config._json_schema import json_schema
    from loadr_config.dump import to_data, to_yaml
    from loadr_config.loader import LoadedPlan, load_plan

__all__ = [
    "CodePlace",
    "ConfigError",
    "Diagnostic",
    "DurationError",
    "Finding",
    "GrammarError",
    "Installed",
    "LoadedPlan",
    "Place",
    "PlanError",
    "SecretError",
    "Severity",
    "TemplateError",
    "ThresholdError",
    "json_schema",
    "load_plan",
    "render",
    "render_all",
    "to_data",
    "to_yaml",
]

_AT_FIRST_USE = {
    "LoadedPlan": "loadr_config.loader",
    "load_plan": "loadr_config.loader",
    "json_schema": "loadr_config._json_schema",
    "to_data": "loadr_config.dump",
    "to_yaml": "loadr_config.dump",
}


def __getattr__(name: str) -> Any:
    """Import what is heavy when it is asked for (PEP 562)."""
    module = _AT_FIRST_USE.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    value = globals()[name] = getattr(import_module(module), name)
    return value
