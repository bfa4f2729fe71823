"""What an iteration does, told step by step; nothing of it is there unless a run asks for it.

`loadr_core.tracing.trace` wraps what is compiled; here is what travels, so that a coordinator need not load the
engine.
"""

from loadr_core.tracing.events import (
    Answered,
    Exchanged,
    Judged,
    PartBegan,
    PartEnded,
    StepBegan,
    StepEnded,
    TraceEvent,
    VariablesChanged,
)
from loadr_core.tracing.wire import ReadableExchange, WireDebug, WireLimit, readable

__all__ = [
    "Answered",
    "Exchanged",
    "Judged",
    "PartBegan",
    "PartEnded",
    "ReadableExchange",
    "StepBegan",
    "StepEnded",
    "TraceEvent",
    "VariablesChanged",
    "WireDebug",
    "WireLimit",
    "readable",
]
