"""Which data sources the parts of a plan use."""

from typing import Any

from loadr_config import templates
from loadr_config.checks._walk import models_in, templates_of
from loadr_config.models import Scenario, ScriptCode, ScriptCondition, TestPlan

__all__ = ["scenarios_using", "sources_in", "sources_used_once"]


def sources_in(part: Any) -> frozenset[str]:
    """Return the data sources that the templates of a model, or of a list of models, refer to."""
    return frozenset(
        reference.path[0]
        for path, model in models_in(part)
        for _, text in templates_of(model, path)
        for reference in templates.parse(text).references
        if reference.kind == "data"
    )


def scenarios_using(plan: TestPlan) -> dict[str, list[str]]:
    """Return the names of the scenarios whose VUs use a source, by source; what all requests share counts for all.

    Nobody looks into a script: a scenario that calls one may take rows of every source.
    """
    shared = sources_in(plan.defaults)
    used = {
        name: frozenset(plan.data) if _calls_scripts(scenario) else shared | sources_in(scenario)
        for name, scenario in plan.scenarios.items()
    }
    return {source: [name for name, sources in used.items() if source in sources] for source in plan.data}


def _calls_scripts(scenario: Scenario) -> bool:
    named = (scenario.exec, scenario.on_start, scenario.on_stop)
    return any(function is not None for function in named) or any(
        isinstance(model, ScriptCode | ScriptCondition) for _, model in models_in(scenario.flow)
    )


def sources_used_once(plan: TestPlan) -> frozenset[str]:
    """Return the data sources that `setup` and `teardown` use, once in the whole run."""
    return sources_in(plan.setup) | sources_in(plan.teardown)
