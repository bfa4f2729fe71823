"""What a load generator must say about itself to be compared."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.statistics import ToolReport
from benchmarks.harness.tools import printed_version


@dataclass(frozen=True, slots=True)
class Load:
    """The load every peer generates.

    Attributes:
        url: The one URL, answered with 200.
        vus: Concurrent users, each with a connection of its own.
        seconds: How long.
        think_secs: Pause of each user after a request; 0 is the closed loop without pause.
    """

    url: str
    vus: int
    seconds: int
    think_secs: float = 0.0

    @property
    def with_tls(self) -> bool:
        """Whether the URL asks for TLS; the target's certificate is not to be verified."""
        return self.url.startswith("https:")


def filled(text: str, load: Load) -> str:
    """A plan, script or class of a benchmark of its own, for a load.

    Args:
        text: with the marks `@HOST@`, `@VUS@` and `@SECONDS@`.
        load: what they stand for.

    Raises:
        BenchmarkError: the load asks for what such a text has not.
    """
    if load.think_secs or load.with_tls:
        raise BenchmarkError("this benchmark knows neither think times nor TLS")
    host = "/".join(load.url.split("/", 3)[:3])
    for mark, value in {"@HOST@": host, "@VUS@": str(load.vus), "@SECONDS@": str(load.seconds)}.items():
        text = text.replace(mark, value)
    return text


class Peer(ABC):
    """A load generator: how to start it and how to read what it reports."""

    name: ClassVar[str]
    program: ClassVar[str]
    version_arguments: ClassVar[tuple[str, ...]] = ("--version",)

    @abstractmethod
    def command(self, load: Load, folder: Path) -> list[str]:
        """Write its files into `folder`, where it will run; program and arguments."""

    @abstractmethod
    def report(self, folder: Path) -> ToolReport:
        """Read its files and its output, `stdout` and `stderr` in `folder`, after the run."""

    def version(self) -> str:
        """The version number that the program prints."""
        return printed_version(self.program, *self.version_arguments)
