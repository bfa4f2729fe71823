"""The compiled steps: one small file each."""

from loadr_core.flow.group import GROUP_LAYOUT, GROUP_SEPARATOR, GroupStep
from loadr_core.flow.request import Assertion, Check, RequestStep
from loadr_core.flow.step import IterationAborted, Step, VuEnded
from loadr_core.flow.think_time import ThinkTimeStep

__all__ = [
    "GROUP_LAYOUT",
    "GROUP_SEPARATOR",
    "Assertion",
    "Check",
    "GroupStep",
    "IterationAborted",
    "RequestStep",
    "Step",
    "ThinkTimeStep",
    "VuEnded",
]
