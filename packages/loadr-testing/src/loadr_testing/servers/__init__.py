"""Real servers on loopback that do exactly what a test tells them, right or wrong.

- `ScriptedServer` plays a list of actions on each connection: reading (`ReadHead`, `ReadRequest`,
  `ReadBytes`), writing (`Send`, `SendInPieces`), waiting (`Pause` at a `Gate`, `Stall`) and ending
  (`HalfClose`, `Close`, `Reset`). It counts connections and records the requests byte by byte.
- `LoopbackServer` is what it stands on: a conversation in Python for each connection.
- Dead ends: `refused_port`, `BlackHole`, `full_backlog`.
- `LoopbackAuthority` makes certificates, good and bad, for TLS (needs ``trustme``).
"""

from loadr_testing.servers._actions import (
    Action,
    Close,
    HalfClose,
    Pause,
    ReadBytes,
    ReadHead,
    ReadRequest,
    Reset,
    Send,
    SendInPieces,
    Stall,
)
from loadr_testing.servers._certificates import LoopbackAuthority
from loadr_testing.servers._dead_ends import BlackHole, full_backlog, refused_port
from loadr_testing.servers._gate import Gate
from loadr_testing.servers._loopback import LoopbackServer
from loadr_testing.servers._scripted import RecordedRequest, ScriptedServer

__all__ = [
    "Action",
    "BlackHole",
    "Close",
    "Gate",
    "HalfClose",
    "LoopbackAuthority",
    "LoopbackServer",
    "Pause",
    "ReadBytes",
    "ReadHead",
    "ReadRequest",
    "RecordedRequest",
    "Reset",
    "ScriptedServer",
    "Send",
    "SendInPieces",
    "Stall",
    "full_backlog",
    "refused_port",
]
