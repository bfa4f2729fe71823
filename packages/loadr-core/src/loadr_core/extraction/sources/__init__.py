"""Where values come from: one small file a kind."""

from loadr_core.extraction.sources.boundary import boundary_source
from loadr_core.extraction.sources.css import css_source
from loadr_core.extraction.sources.header import header_source
from loadr_core.extraction.sources.json import jmespath_source, jsonpath_source
from loadr_core.extraction.sources.plugin import guarded, plugin_source
from loadr_core.extraction.sources.regex import regex_source
from loadr_core.extraction.sources.source import Finder, Source, finder_of
from loadr_core.extraction.sources.xpath import xpath_source

__all__ = [
    "Finder",
    "Source",
    "boundary_source",
    "css_source",
    "finder_of",
    "guarded",
    "header_source",
    "jmespath_source",
    "jsonpath_source",
    "plugin_source",
    "regex_source",
    "xpath_source",
]
