"""The text of scripts: finding modules inside of the plan's folder, our own modules, TypeScript."""

from loadr_js.sources.built_in import built_in_modules, prelude
from loadr_js.sources.folder import ScriptFolder
from loadr_js.sources.typescript import strip_types

__all__ = ["ScriptFolder", "built_in_modules", "prelude", "strip_types"]
