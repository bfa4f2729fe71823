"""Watching and steering a run from outside: commands, status, the protocol and its two ends."""

from loadr_core.control.client import NobodyListensError, ask, find_runs
from loadr_core.control.interface import RunControl
from loadr_core.control.places import Entry, Port, RuntimeFolder
from loadr_core.control.server import ControlServer, serve_locally, serve_port
from loadr_core.control.status import RunStatus, WorkerStatus
from loadr_core.control.wire import Request
from loadr_core.fleet.commands import ControlCommand, KillLoad, Pause, Resume, Scale, StopLoad

__all__ = [
    "ControlCommand",
    "ControlServer",
    "Entry",
    "KillLoad",
    "NobodyListensError",
    "Pause",
    "Port",
    "Request",
    "Resume",
    "RunControl",
    "RunStatus",
    "RuntimeFolder",
    "Scale",
    "StopLoad",
    "WorkerStatus",
    "ask",
    "find_runs",
    "serve_locally",
    "serve_port",
]
