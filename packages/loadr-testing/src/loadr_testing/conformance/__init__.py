"""Conformance suites: subclass one in a test module, say what is to be tested, and run pytest.

The suites use plain asserts and need nothing but this package.
"""

from loadr_testing.conformance.checks import ChecksConformance
from loadr_testing.conformance.extraction import AssertionConformance, ExtractorConformance
from loadr_testing.conformance.output import OutputConformance
from loadr_testing.conformance.protocol import ERROR_KINDS, ProtocolConformance
from loadr_testing.conformance.script import ScriptEngineConformance

__all__ = [
    "ERROR_KINDS",
    "AssertionConformance",
    "ChecksConformance",
    "ExtractorConformance",
    "OutputConformance",
    "ProtocolConformance",
    "ScriptEngineConformance",
]
