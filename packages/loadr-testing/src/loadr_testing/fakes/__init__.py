"""Fakes that behave: time that is computed, a protocol that answers by a rule, an output that remembers."""

from loadr_testing.fakes.output import RememberingOutput
from loadr_testing.fakes.protocol import Answer, FakeRequest, FakeResponse, fake_protocol
from loadr_testing.fakes.time import VirtualClock, run_in_virtual_time

__all__ = [
    "Answer",
    "FakeRequest",
    "FakeResponse",
    "RememberingOutput",
    "VirtualClock",
    "fake_protocol",
    "run_in_virtual_time",
]
