"""Fakes that behave: computed time, a protocol that answers by a rule, an output that remembers, checks, a worker without a process."""

from loadr_testing.fakes.checks import FakeChecks, fake_checks, fake_engine
from loadr_testing.fakes.member import InProcessMember
from loadr_testing.fakes.output import RememberingOutput
from loadr_testing.fakes.protocol import Answer, FakeRequest, FakeResponse, fake_protocol
from loadr_testing.fakes.time import VirtualClock, run_in_virtual_time

__all__ = [
    "Answer",
    "FakeChecks",
    "FakeRequest",
    "FakeResponse",
    "InProcessMember",
    "RememberingOutput",
    "VirtualClock",
    "fake_checks",
    "fake_engine",
    "fake_protocol",
    "run_in_virtual_time",
]
