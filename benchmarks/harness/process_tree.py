"""CPU time and memory of a process and all its descendants, from /proc (proc(5))."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True, slots=True)
class Stat:
    """The fields of /proc/PID/stat that count here; CPU in seconds, without reaped children."""

    parent: int
    state: str
    cpu_secs: float


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident and proportional set size in bytes."""

    rss: int
    pss: int


def parse_stat(text: str, ticks_per_second: int = TICKS_PER_SECOND) -> Stat:
    """Parse /proc/PID/stat; the command in parentheses may itself hold spaces and parentheses."""
    fields = text.rpartition(")")[2].split()
    return Stat(
        parent=int(fields[1]),
        state=fields[0],
        cpu_secs=(int(fields[11]) + int(fields[12])) / ticks_per_second,
    )


def parse_smaps_rollup(text: str) -> Memory:
    """Parse /proc/PID/smaps_rollup; the file is in kB."""
    sizes = {"Rss": 0, "Pss": 0}
    for line in text.splitlines():
        key, _, value = line.partition(":")
        if key in sizes:
            sizes[key] = int(value.split()[0]) * 1024
    return Memory(sizes["Rss"], sizes["Pss"])


def parse_core_busy(text: str, core: int, ticks_per_second: int = TICKS_PER_SECOND) -> float:
    """Seconds a core was not idle since boot, from /proc/stat: all states but idle and iowait."""
    for line in text.splitlines():
        name, *values = line.split()
        if name == f"cpu{core}":
            # user nice system idle iowait irq softirq steal; guest time is already within user
            user, nice, system, _idle, _iowait, irq, softirq, steal = (int(value) for value in values[:8])
            return (user + nice + system + irq + softirq + steal) / ticks_per_second
    return 0.0


def descendants(parents: Mapping[int, int], roots: Iterable[int]) -> set[int]:
    """All processes below `roots`, with them.

    Args:
        parents: The parent of every process.
        roots: Where to start; a root that is not in `parents` is left out.
    """
    children: dict[int, list[int]] = {}
    for pid, parent in parents.items():
        children.setdefault(parent, []).append(pid)
    found: set[int] = set()
    pending = [pid for pid in roots if pid in parents]
    while pending:
        pid = pending.pop()
        if pid not in found:
            found.add(pid)
            pending.extend(children.get(pid, ()))
    return found


def read_parents() -> dict[int, int]:
    """The parent of every process of the machine; processes that end meanwhile are left out."""
    parents = {}
    for entry in os.listdir(PROC):  # noqa: PTH208  (Path objects double the cost of a scan)
        if entry.isdigit():
            stat = read_stat(int(entry))
            if stat is not None:
                parents[int(entry)] = stat.parent
    return parents


def read_stat(pid: int) -> Stat | None:
    """Read one process; None once it is gone."""
    try:
        return parse_stat((PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace"))
    except (FileNotFoundError, ProcessLookupError):
        return None


def read_memory(pid: int) -> Memory | None:
    """Read one process; None once it is gone, a zombie, or another user's."""
    try:
        return parse_smaps_rollup((PROC / str(pid) / "smaps_rollup").read_text(encoding="utf-8"))
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return None


def own_resident() -> int:
    """The resident set size of this process in bytes; 0 where it cannot be read."""
    memory = read_memory(os.getpid())
    return 0 if memory is None else memory.rss


def read_core_busy(core: int) -> float:
    """Seconds a core was busy since boot."""
    return parse_core_busy((PROC / "stat").read_text(encoding="utf-8"), core)
