"""From an entry of a request's `extract` list to an `Extraction`."""

from collections.abc import Callable
from typing import Any

from loadr_config.models import (
    BoundaryExtractor,
    ChainExtractor,
    CssExtractor,
    Extractor,
    HeaderExtractor,
    JsonpathExtractor,
    PluginExtractor,
    RegexExtractor,
    XpathExtractor,
)
from loadr_core.extraction.chain_checks import compile_check
from loadr_core.extraction.coercion import coercion_to
from loadr_core.extraction.extraction import Extraction
from loadr_core.extraction.sources.boundary import boundary_source
from loadr_core.extraction.sources.css import css_source
from loadr_core.extraction.sources.header import header_source
from loadr_core.extraction.sources.json import jmespath_source, jsonpath_source
from loadr_core.extraction.sources.plugin import plugin_source
from loadr_core.extraction.sources.regex import regex_source
from loadr_core.extraction.sources.source import Source, finder_of
from loadr_core.extraction.sources.xpath import xpath_source
from loadr_core.extraction.transforms import compile_transforms
from loadr_core.spi.extraction import Extractor as PluginCode
from loadr_core.spi.text import Value
from loadr_core.templating.values import CompileText, compile_value

MakeExtractor = Callable[[PluginExtractor], PluginCode]
"""Makes the object of a plugin for its place in the plan."""


def compile_extraction(
    extractor: Extractor, compile_text: CompileText, make_extractor: MakeExtractor
) -> Extraction:
    """Compile one entry.

    Raises:
        CompileError: an expression or an option is wrong, or its library is not installed.
        PlanRefusedError: a plugin is not installed.
    """
    default = (
        compile_value(extractor.default, compile_text) if "default" in extractor.model_fields_set else None
    )
    if isinstance(extractor, ChainExtractor):
        return _chain(extractor, default, compile_text)
    source = _classic_source(extractor, make_extractor)
    return Extraction(
        extractor.name,
        finder_of(source, extractor.index),
        nothing=source.nothing,
        default=default,
        reads_body=source.reads_body,
    )


def _classic_source(extractor: Extractor, make_extractor: MakeExtractor) -> Source:
    match extractor:
        case JsonpathExtractor():
            return jsonpath_source(extractor.expression)
        case RegexExtractor():
            given = "group" in extractor.model_fields_set
            return regex_source(extractor.expression, extractor.group, group_is_given=given)
        case XpathExtractor():
            return xpath_source(extractor.expression, extractor.attribute)
        case CssExtractor():
            return css_source(extractor.expression, extractor.attribute)
        case BoundaryExtractor():
            return boundary_source(extractor.left, extractor.right)
        case HeaderExtractor():
            return header_source(extractor.header)
        case PluginExtractor():
            return plugin_source(extractor.plugin, make_extractor(extractor))
        case ChainExtractor():
            return _chain_source(extractor)


def _chain(chain: ChainExtractor, default: Value | None, compile_text: CompileText) -> Extraction:
    source = _chain_source(chain)
    return Extraction(
        chain.chain,
        finder_of(source, chain.index),
        nothing=source.nothing,
        default=default,
        refine=_refinement(chain),
        check=None if chain.check is None else compile_check(chain.chain, chain.check, compile_text),
        reads_body=source.reads_body,
    )


def _chain_source(chain: ChainExtractor) -> Source:
    match chain:
        case ChainExtractor(jmespath=str(expression)):
            return jmespath_source(expression)
        case ChainExtractor(jsonpath=str(expression)):
            return jsonpath_source(expression)
        case ChainExtractor(regex=str(expression)):
            return regex_source(expression, chain.group, group_is_given="group" in chain.model_fields_set)
        case ChainExtractor(header=str(header)):
            return header_source(header)
        case ChainExtractor(css=str(expression)):
            return css_source(expression, chain.attribute)
        case ChainExtractor(xpath=str(expression)):
            return xpath_source(expression, chain.attribute)
        case _:
            # The model lets no chain through that has neither of the others.
            return boundary_source(chain.left or "", chain.right or "")


def _refinement(chain: ChainExtractor) -> Callable[[Any], Any] | None:
    """Coercion, then transforms; of a list (`index: all`) each item is refined."""
    steps = [] if chain.as_ is None else [coercion_to(chain.as_)]
    if chain.transform:
        steps.append(compile_transforms(chain.transform))
    if not steps:
        return None

    def refine(value: Any) -> Any:
        for step in steps:
            value = step(value)
        return value

    if chain.index != "all":
        return refine
    return lambda value: [refine(item) for item in value] if isinstance(value, list) else refine(value)
