"""Run one load generator, pinned to a core, and measure its whole process tree from outside.

CPU time is what `wait4` reports when a process is reaped: exact to the microsecond, and it includes
every descendant that its parent waited for. Descendants that nobody waited for come to this process
(it is their subreaper, prctl(2)) and are reaped here. What /proc showed last is summed as a cross-check.
"""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.harness import clock, process_tree
from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.machine import Cores
from benchmarks.harness.tools import path_of

TICK_SECS = 0.1
SCAN_EVERY_TICKS = 5
"""Looking for new processes and asking the target for its count cost more than reading a process."""

STRAGGLER_SECS = 2.0
STOP_SECS = 5.0
PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True)
class Sample:
    """The state at one moment of a run; all counters only grow.

    Attributes:
        elapsed: Seconds since the generator was started.
        requests: Requests the target has answered since then.
        cpu_secs: CPU seconds of the generator's processes seen so far.
        target_cpu_secs: CPU seconds of the target.
        core_busy_secs: Busy seconds of the generator's core, whoever used it.
    """

    elapsed: float
    requests: int
    cpu_secs: float
    target_cpu_secs: float
    core_busy_secs: float


@dataclass(frozen=True, slots=True)
class Measurement:
    """One finished run of a generator.

    Attributes:
        exit_code: Of the generator, negative for a signal.
        wall_secs: From start to the end of the generator's first process.
        cpu_secs: User and system seconds of the whole tree, by `wait4`.
        polled_cpu_secs: The same as /proc showed it last, always a little less.
        requests: Requests the target counted.
        peak_rss: Highest sum of resident sizes in bytes; pages shared by processes count in each.
        peak_pss: Highest sum of proportional sizes in bytes; shared pages count once.
        samples: Twice a second.
        stragglers: Processes that were still there after the generator ended and had to be stopped.
    """

    exit_code: int
    wall_secs: float
    cpu_secs: float
    polled_cpu_secs: float
    requests: int
    peak_rss: int
    peak_pss: int
    samples: tuple[Sample, ...]
    stragglers: int


@dataclass(slots=True)
class _Tree:
    """The generator's processes as sampled so far."""

    target_pid: int
    pids: set[int] = field(default_factory=set)
    cpu: dict[int, float] = field(default_factory=dict)
    peak_rss: int = 0
    peak_pss: int = 0

    def scan(self) -> None:
        """Find the processes: everything below this one but the target, so orphans are in."""
        parents = process_tree.read_parents()
        mine = [pid for pid, parent in parents.items() if parent == os.getpid() and pid != self.target_pid]
        self.pids = process_tree.descendants(parents, mine)

    def sample(self) -> None:
        """Read CPU and memory of the known processes."""
        rss = pss = 0
        for pid in self.pids:
            stat = process_tree.read_stat(pid)
            memory = process_tree.read_memory(pid)
            if stat is not None:
                self.cpu[pid] = stat.cpu_secs
            if memory is not None:
                rss += memory.rss
                pss += memory.pss
        self.peak_rss = max(self.peak_rss, rss)
        self.peak_pss = max(self.peak_pss, pss)


class Meter:
    """Measures generators one after the other against one target.

    Args:
        cores: Where the generator runs and where this process samples.
        target_pid: The target's first process, kept out of the generator's tree.
        target_requests: Reads the target's count of requests.
        target_cpu_secs: Reads the target's CPU seconds.
    """

    def __init__(
        self,
        cores: Cores,
        *,
        target_pid: int,
        target_requests: Callable[[], int],
        target_cpu_secs: Callable[[], float],
    ) -> None:
        self._cores = cores
        self._target_pid = target_pid
        self._target_requests = target_requests
        self._target_cpu_secs = target_cpu_secs
        _become_subreaper()
        os.sched_setaffinity(0, {cores.harness})

    def run(self, command: Sequence[str], folder: Path, *, limit_secs: float) -> Measurement:
        """Start a generator, sample it until it ends, stop whatever is left of it.

        Args:
            command: Program and arguments; it runs in `folder` and writes `stdout` and `stderr` there.
            folder: A folder of this run alone.
            limit_secs: The generator is stopped and the run fails after that time.

        Raises:
            BenchmarkError: the generator took too long.
        """
        before = self._target_requests()
        pinned = [path_of("taskset"), "-c", str(self._cores.generator), *command]
        started = clock.now()
        with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
            # A process group of its own: Ctrl-C reaches the harness alone, which stops in order.
            process = subprocess.Popen(
                pinned, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err, process_group=0
            )
        tree = _Tree(self._target_pid, {process.pid})
        reaped = _Reaped()
        try:
            samples = self._follow(
                process.pid, tree, reaped, started=started, before=before, limit_secs=limit_secs
            )
            wall_secs = clock.now() - started
            process.returncode = reaped.exit_codes[process.pid]  # reaped here: Popen must not wait again
            stragglers = _finish(tree, reaped)
        except BaseException:
            _stop_all(tree, reaped)
            process.returncode = reaped.exit_codes.get(process.pid, -signal.SIGKILL)
            raise
        return Measurement(
            exit_code=process.returncode,
            wall_secs=wall_secs,
            cpu_secs=reaped.cpu_secs,
            polled_cpu_secs=sum(tree.cpu.values()),
            requests=self._target_requests() - before,
            peak_rss=tree.peak_rss,
            peak_pss=tree.peak_pss,
            samples=tuple(samples),
            stragglers=stragglers,
        )

    def _follow(
        self, pid: int, tree: _Tree, reaped: "_Reaped", *, started: float, before: int, limit_secs: float
    ) -> list[Sample]:
        """Sample until the generator's first process is reaped."""
        samples: list[Sample] = []
        tick = 0
        while not reaped.take(pid):
            if clock.now() - started > limit_secs:
                raise BenchmarkError(
                    f"the generator was still running after {limit_secs:.0f} s and was stopped"
                )
            scanning = tick % SCAN_EVERY_TICKS == 0
            if scanning:
                tree.scan()
            tree.sample()
            if scanning:
                samples.append(self._sample(tree, started, before))
            tick += 1
            clock.pause(started + tick * TICK_SECS - clock.now())
        return samples

    def _sample(self, tree: _Tree, started: float, before: int) -> Sample:
        return Sample(
            elapsed=clock.now() - started,
            requests=self._target_requests() - before,
            cpu_secs=sum(tree.cpu.values()),
            target_cpu_secs=self._target_cpu_secs(),
            core_busy_secs=process_tree.read_core_busy(self._cores.generator),
        )


@dataclass(slots=True)
class _Reaped:
    """What `wait4` told about processes that ended."""

    cpu_secs: float = 0.0
    exit_codes: dict[int, int] = field(default_factory=dict)

    def take(self, pid: int) -> bool:
        """Reap a child if it has ended; whether it has."""
        done, status, usage = os.wait4(pid, os.WNOHANG)
        if done == 0:
            return False
        self.cpu_secs += usage.ru_utime + usage.ru_stime
        self.exit_codes[pid] = os.waitstatus_to_exitcode(status)
        return True

    def take_orphans(self, tree: _Tree) -> int:
        """Reap the orphans that have ended; how many processes of the tree remain."""
        tree.scan()
        for pid in sorted(tree.pids):
            stat = process_tree.read_stat(pid)
            if stat is not None and stat.parent == os.getpid() and self.take(pid):
                tree.pids.discard(pid)
        return len(tree.pids)


def _become_subreaper() -> None:
    """Make orphaned descendants children of this process, so that their CPU time is not lost."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        code = ctypes.get_errno()
        raise BenchmarkError(f"prctl(PR_SET_CHILD_SUBREAPER): {os.strerror(code)}")


def _finish(tree: _Tree, reaped: _Reaped) -> int:
    """Give what the generator left behind a moment to end; how many had to be stopped."""
    deadline = clock.now() + STRAGGLER_SECS
    while (remaining := reaped.take_orphans(tree)) and clock.now() < deadline:
        clock.pause(0.01)
    if remaining:
        _stop_all(tree, reaped)
    return remaining


def _stop_all(tree: _Tree, reaped: _Reaped) -> None:
    """Stop every process of the tree by its id: SIGTERM, then SIGKILL."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        tree.scan()
        for pid in sorted(tree.pids):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
        deadline = clock.now() + STOP_SECS
        while reaped.take_orphans(tree) and clock.now() < deadline:
            clock.pause(0.02)
