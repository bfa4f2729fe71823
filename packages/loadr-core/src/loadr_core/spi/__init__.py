"""The extension points: what third parties implement and what the engine calls.

Nothing here depends on the rest of `loadr_core`.
"""

from loadr_config.diagnostics import Finding, Place, Severity
from loadr_config.parts import PlanPart
from loadr_core.spi.checks import Checks, PlanContext, TellsExports, code_of
from loadr_core.spi.clock import Clock
from loadr_core.spi.content import Content, ContentError
from loadr_core.spi.conversation import Arrival, Connection, Counted, OpensConnections, Recording
from loadr_core.spi.exhaustion import EXHAUSTION_WORDS, exhaustion_of
from loadr_core.spi.extraction import Assertion, Extractor, UseContext
from loadr_core.spi.hooks import Hook, HookedRequest
from loadr_core.spi.output import (
    KeepsBooks,
    Output,
    OutputBooks,
    OutputContext,
    OutputError,
    SampleBatch,
    SeriesGain,
    TakesGains,
)
from loadr_core.spi.protocol import (
    CompiledRequest,
    CompileError,
    Credentials,
    HandlerContext,
    ProtocolHandler,
    ProtocolSession,
    RequestSpec,
    Response,
    Sample,
)
from loadr_core.spi.rows import CounterColumn, RowLayout, TrendColumn, request_layout
from loadr_core.spi.running_scripts import RunsScripts, ScriptPlan
from loadr_core.spi.scope import Scope, VuContext
from loadr_core.spi.script import (
    SCRIPT_LOG,
    ScriptAbort,
    ScriptContext,
    ScriptEngine,
    ScriptError,
    ScriptHost,
    ScriptModule,
    ScriptRequest,
    ScriptSource,
    VuScript,
)
from loadr_core.spi.services import (
    CallBlock,
    CallEnd,
    CallResponse,
    ChannelBlock,
    ChannelTls,
    LoadsMethods,
    ServiceError,
    ServiceMethod,
)
from loadr_core.spi.source import ObservedValues, Source, SourceContext, SourceError, Window
from loadr_core.spi.standing import InstanceStanding, ScenarioStanding, Standing
from loadr_core.spi.text import FilePiece, Payload, Pieces, RenderError, Text, Value
from loadr_core.spi.wire import WireExchange, WireTap
from loadr_core.spi.wrapping import WrappingRequest

__all__ = [
    "EXHAUSTION_WORDS",
    "SCRIPT_LOG",
    "Arrival",
    "Assertion",
    "CallBlock",
    "CallEnd",
    "CallResponse",
    "ChannelBlock",
    "ChannelTls",
    "Checks",
    "Clock",
    "CompileError",
    "CompiledRequest",
    "Connection",
    "Content",
    "ContentError",
    "Counted",
    "CounterColumn",
    "Credentials",
    "Extractor",
    "FilePiece",
    "Finding",
    "HandlerContext",
    "Hook",
    "HookedRequest",
    "InstanceStanding",
    "KeepsBooks",
    "LoadsMethods",
    "ObservedValues",
    "OpensConnections",
    "Output",
    "OutputBooks",
    "OutputContext",
    "OutputError",
    "Payload",
    "Pieces",
    "Place",
    "PlanContext",
    "PlanPart",
    "ProtocolHandler",
    "ProtocolSession",
    "Recording",
    "RenderError",
    "RequestSpec",
    "Response",
    "RowLayout",
    "RunsScripts",
    "Sample",
    "SampleBatch",
    "ScenarioStanding",
    "Scope",
    "ScriptAbort",
    "ScriptContext",
    "ScriptEngine",
    "ScriptError",
    "ScriptHost",
    "ScriptModule",
    "ScriptPlan",
    "ScriptRequest",
    "ScriptSource",
    "SeriesGain",
    "ServiceError",
    "ServiceMethod",
    "Severity",
    "Source",
    "SourceContext",
    "SourceError",
    "Standing",
    "TakesGains",
    "TellsExports",
    "Text",
    "TrendColumn",
    "UseContext",
    "Value",
    "VuContext",
    "VuScript",
    "Window",
    "WireExchange",
    "WireTap",
    "WrappingRequest",
    "code_of",
    "exhaustion_of",
    "request_layout",
]
