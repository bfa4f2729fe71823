"""Fakes that behave: computed time, protocols, checks and extractors by a rule, scripts in Python, and more."""

from loadr_testing.fakes.checks import FakeChecks, fake_checks, fake_engine
from loadr_testing.fakes.conversation import FakeConnection
from loadr_testing.fakes.extraction import fake_assertion, fake_extractor, use_context
from loadr_testing.fakes.member import InProcessMember
from loadr_testing.fakes.output import RememberingOutput
from loadr_testing.fakes.protocol import Answer, FakeRequest, FakeResponse, fake_protocol
from loadr_testing.fakes.scripts import FakeHost, ScriptCall, fake_scripts
from loadr_testing.fakes.source import FakeSource, fake_source
from loadr_testing.fakes.time import VirtualClock, run_in_virtual_time

__all__ = [
    "Answer",
    "FakeChecks",
    "FakeConnection",
    "FakeHost",
    "FakeRequest",
    "FakeResponse",
    "FakeSource",
    "InProcessMember",
    "RememberingOutput",
    "ScriptCall",
    "VirtualClock",
    "fake_assertion",
    "fake_checks",
    "fake_engine",
    "fake_extractor",
    "fake_protocol",
    "fake_scripts",
    "fake_source",
    "run_in_virtual_time",
    "use_context",
]
