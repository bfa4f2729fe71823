"""The cores that this process may use."""

import os
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

_CGROUPS = Path("/sys/fs/cgroup")
_OWN_CGROUP = Path("/proc/self/cgroup")


def usable_cores() -> int:
    """At least one: those of the affinity mask, fewer where a container's quota of CPU time is smaller."""
    quotas = [quota for text in _quota_texts() if (quota := quota_of(text)) is not None]
    return max(min([_allowed_cores(), *map(int, quotas)]), 1)


def quota_of(text: str) -> float | None:
    """The cores that a `cpu.max` of cgroup v2 allows; `None` where it sets no limit.

    The file holds a quota and a period in microseconds, such as `150000 100000`, or `max 100000`.
    """
    quota, _, period = text.strip().partition(" ")
    return int(quota) / int(period) if quota.isdigit() and period.isdigit() and int(period) else None


def _allowed_cores() -> int:
    if hasattr(os, "sched_getaffinity"):  # Linux
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _quota_texts() -> Iterable[str]:
    """The `cpu.max` of this process's control group and of those above it, where there are any."""
    try:
        own = _OWN_CGROUP.read_text(encoding="utf-8")
    except OSError:
        return
    path = next((line[3:] for line in own.splitlines() if line.startswith("0::")), None)
    if path is None:
        return
    for group in (PurePosixPath(path), *PurePosixPath(path).parents):
        try:
            yield (_CGROUPS / str(group).lstrip("/") / "cpu.max").read_text(encoding="utf-8")
        except OSError:
            continue
