"""The compiled steps: one small file each."""

from loadr_core.flow.block import Block
from loadr_core.flow.choose import ChooseStep
from loadr_core.flow.decide import IfStep, SwitchStep
from loadr_core.flow.during import DuringStep
from loadr_core.flow.foreach import ForeachStep
from loadr_core.flow.group import GROUP_LAYOUT, GROUP_SEPARATOR, GroupStep, TemplatedGroupStep
from loadr_core.flow.judging import Assertion, Check, Judge, Taking
from loadr_core.flow.parallel import ParallelStep
from loadr_core.flow.rendezvous import RendezvousStep
from loadr_core.flow.repeat import RepeatStep
from loadr_core.flow.request import RequestStep
from loadr_core.flow.retry import RetryStep
from loadr_core.flow.script import CallStep, CodeStep, OnceCallStep
from loadr_core.flow.step import IterationAborted, Step, StepFailed, VuEnded
from loadr_core.flow.think_time import ThinkTimeStep
from loadr_core.flow.throttle import ThrottleStep
from loadr_core.flow.while_loop import WhileStep

__all__ = [
    "GROUP_LAYOUT",
    "GROUP_SEPARATOR",
    "Assertion",
    "Block",
    "CallStep",
    "Check",
    "ChooseStep",
    "CodeStep",
    "DuringStep",
    "ForeachStep",
    "GroupStep",
    "IfStep",
    "IterationAborted",
    "Judge",
    "OnceCallStep",
    "ParallelStep",
    "RendezvousStep",
    "RepeatStep",
    "RequestStep",
    "RetryStep",
    "Step",
    "StepFailed",
    "SwitchStep",
    "Taking",
    "TemplatedGroupStep",
    "ThinkTimeStep",
    "ThrottleStep",
    "VuEnded",
    "WhileStep",
]
