"""k6's `options`, as a plan: what a script that is run directly asks for. Pure."""

from loadr_js.options.conversion import convert_options
from loadr_js.options.converted import ConvertedOptions, OptionNote, ScriptSettings
from loadr_js.options.places import OptionPlaces

__all__ = ["ConvertedOptions", "OptionNote", "OptionPlaces", "ScriptSettings", "convert_options"]
