"""The control protocol: JSON, one object a line, an answer to each request in order. Pure.

A request::

    {"command": "scale", "scenario": "api", "vus": 20, "token": "..."}

``command`` is one of status, pause, resume, scale, stop, kill. ``scenario`` chooses one; ``vus`` or
``rate`` belong to scale. ``token`` is needed where the run listens on a TCP port. An answer::

    {"ok": true, "status": {...}}
    {"ok": false, "error": "..."}

The status is `RunStatus` after the command. A line is at most `MOST_BYTES` long, an answer at most
`MOST_ANSWER_BYTES`. Whoever sends what is no request is told so and disconnected.
"""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from loadr_core.control.status import RunStatus
from loadr_core.errors import ControlError
from loadr_core.fleet.commands import ControlCommand, KillLoad, Pause, Resume, Scale, StopLoad

MOST_BYTES: Final = 16 * 1024
MOST_ANSWER_BYTES: Final = 4 * 1024 * 1024

Verb = Literal["status", "pause", "resume", "scale", "stop", "kill"]


class Request(BaseModel):
    """A request, as it travels."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    command: Verb
    scenario: str | None = None
    vus: int | None = Field(None, ge=0, le=10_000_000)
    rate: float | None = Field(None, ge=0, le=1e9, allow_inf_nan=False)
    token: str | None = Field(None, repr=False)

    @model_validator(mode="after")
    def _numbers(self) -> "Request":
        given = [name for name in ("vus", "rate") if getattr(self, name) is not None]
        if self.command == "scale" and len(given) != 1:
            raise ValueError("scale needs either vus or rate")
        if self.command != "scale" and given:
            raise ValueError(f"{given[0]} belongs to scale")
        return self

    def order(self) -> ControlCommand | None:
        """What the run is to do; `None` when only its status is asked for."""
        match self.command:
            case "status":
                return None
            case "pause":
                return Pause(self.scenario)
            case "resume":
                return Resume(self.scenario)
            case "scale":
                return Scale(self.scenario, self.vus, self.rate)
            case "stop":
                return StopLoad(self.scenario)
            case "kill":
                return KillLoad(self.scenario)


class Answer(BaseModel):
    """An answer, as it travels."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    ok: bool
    status: RunStatus | None = None
    error: str | None = None


def encode(message: Request | Answer) -> bytes:
    """A message as one line."""
    return message.model_dump_json(exclude_none=True).encode() + b"\n"


def decode_request(line: bytes) -> Request:
    """The request of a line.

    Raises:
        ControlError: it is none; the message says what is wrong with it.
    """
    try:
        return Request.model_validate_json(line)
    except ValidationError as error:
        raise ControlError(f"no control request: {_first(error)}") from None


def decode_answer(line: bytes) -> Answer:
    """The answer of a line.

    Raises:
        ControlError: what answers there is no run of loadr, or one of another version.
    """
    try:
        return Answer.model_validate_json(line)
    except ValidationError as error:
        raise ControlError(f"no answer of a run: {_first(error)}") from None


def _first(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(map(str, first["loc"]))
    message = first["msg"].removeprefix("Value error, ")
    return f"{place}: {message}" if place else message
