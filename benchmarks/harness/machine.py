"""The machine a benchmark runs on: what it is, and which core does what."""

import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.tools import ROOT

CPU_TREE = Path("/sys/devices/system/cpu")


@dataclass(frozen=True, slots=True)
class Cores:
    """Which core runs what; numbers as the kernel's.

    Attributes:
        target: The server's core, nothing else of ours but possibly the harness.
        generator: The load generator's core, never shared.
        harness: Where sampling happens: a third core, or the target's where there are two.
        siblings: Whether target and generator are hyperthreads of one physical core.
    """

    target: int
    generator: int
    harness: int
    siblings: bool


@dataclass(frozen=True, slots=True)
class Machine:
    """What a reader needs to know to compare numbers; `versions` is by tool name."""

    cpu: str
    cores: int
    kernel: str
    python: str
    commit: str
    load_average: float
    versions: Mapping[str, str]

    def as_json(self) -> dict[str, object]:
        """A plain dictionary for the results file."""
        return asdict(self)


def parse_cpu_list(text: str) -> set[int]:
    """Parse the kernel's list format, `0-2,5` (Documentation/admin-guide/cputopology.rst)."""
    cores: set[int] = set()
    for part in text.strip().split(","):
        first, _, last = part.partition("-")
        if first:
            cores.update(range(int(first), int(last or first) + 1))
    return cores


def assign(usable: set[int], siblings: Mapping[int, set[int]]) -> Cores:
    """Give target and generator different physical cores where the machine has them.

    Args:
        usable: The cores this process may use.
        siblings: Per core the cores that share its physical core, itself included.

    Raises:
        BenchmarkError: there is only one core.
    """
    if len(usable) < 2:
        raise BenchmarkError("two cores are needed, one for the target and one for the generator")
    ordered = sorted(usable)
    target = ordered[0]
    apart = [core for core in ordered[1:] if core not in siblings.get(target, set())]
    generator = (apart or ordered[1:])[0]
    near = siblings.get(target, set()) | siblings.get(generator, set()) | {target, generator}
    free = [core for core in ordered if core not in near]
    return Cores(target, generator, free[0] if free else target, siblings=not apart)


def choose_cores() -> Cores:
    """Assign the cores that this process may use."""
    usable = os.sched_getaffinity(0)
    siblings = {}
    for core in usable:
        path = CPU_TREE / f"cpu{core}" / "topology" / "thread_siblings_list"
        siblings[core] = parse_cpu_list(path.read_text()) if path.exists() else {core}
    return assign(usable, siblings)


def cpu_model(cpuinfo: str) -> str:
    """The processor's name in the text of /proc/cpuinfo, else the architecture."""
    for line in cpuinfo.splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            return value.strip()
    return platform.machine()


def git_commit() -> str:
    """The short commit of the checkout, with `+` when files differ from it; empty without git."""
    try:
        command = ["git", "describe", "--always", "--dirty=+", "--exclude=*"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip()


def describe(versions: Mapping[str, str]) -> Machine:
    """Describe this machine and the tools in use."""
    return Machine(
        cpu=cpu_model(Path("/proc/cpuinfo").read_text(encoding="utf-8")),
        cores=len(os.sched_getaffinity(0)),
        kernel=platform.release(),
        python=platform.python_version(),
        commit=git_commit(),
        load_average=os.getloadavg()[0],
        versions=dict(versions),
    )
