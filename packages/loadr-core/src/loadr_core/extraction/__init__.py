"""Extraction: values taken from responses into variables. What compiles it, `compile`, a plan without has no use for."""

from loadr_core.extraction.content import ResponseContent, content_of
from loadr_core.extraction.extraction import Extraction

__all__ = ["Extraction", "ResponseContent", "content_of"]
