"""The settings of a script on their way through the plan, to the workers."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from loadr_js.options.converted import ScriptSettings


def settings_of(config: Mapping[str, Any]) -> ScriptSettings:
    """The settings in the configuration of this engine; the defaults where there are none."""
    settings: ScriptSettings = TypeAdapter(ScriptSettings).validate_python(config.get("settings") or {})
    return settings
