"""Extraction: values taken from responses into variables."""

from loadr_core.extraction.compile import MakeExtractor, compile_extraction
from loadr_core.extraction.content import ResponseContent, content_of
from loadr_core.extraction.extraction import Extraction

__all__ = ["Extraction", "MakeExtractor", "ResponseContent", "compile_extraction", "content_of"]
