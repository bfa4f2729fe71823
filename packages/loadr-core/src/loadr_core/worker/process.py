"""A worker process: an engine behind a pipe.

The event loop only generates load. Commands are read and reports are written by a thread each, so
that a slow coordinator never blocks a VU.
"""

import asyncio
import os
import queue
import signal
import threading
import traceback
from collections.abc import Callable
from typing import BinaryIO, Final

from loadr_core.clock import SystemClock, epoch_of, process_cpu, wall_clock
from loadr_core.engine import Engine
from loadr_core.errors import LoadrError, PlanRefusedError
from loadr_core.metrics import TagBudget
from loadr_core.recording import Recorder
from loadr_core.recording.recorder import FLUSH_ROWS
from loadr_core.spi.clock import Clock
from loadr_core.spi.rows import RowLayout, TrendColumn
from loadr_core.worker.frames import ByteReader, encode, read_message
from loadr_core.worker.messages import (
    Broken,
    Command,
    Finished,
    Go,
    Message,
    Ready,
    Refused,
    Report,
    Setup,
    Stop,
)
from loadr_core.worker.tuning import loop_factory, settle_garbage_collector, tune_malloc

REPORT_SECONDS: Final = 1.0
_LAG_PROBE_SECONDS: Final = 0.1

LAG_LAYOUT: Final = RowLayout(
    name="loop lag", columns=("due", "ran"), at="ran", trends=(TrendColumn("loadr_loop_lag", "ran", "due"),)
)


class Pipe:
    """The worker's end of the pipe.

    Args:
        commands: where commands come from.
        reports: where messages go.
    """

    def __init__(self, commands: ByteReader, reports: BinaryIO) -> None:
        self._commands = commands
        self._reports = reports
        self._queue: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write, name="reports", daemon=True)
        self._writer.start()

    def receive_setup(self) -> Setup | None:
        """The first message; `None` when the coordinator went away."""
        setup: Setup | None = read_message(self._commands)
        return setup

    def listen(self, loop: asyncio.AbstractEventLoop, handle: Callable[[Command | None], None]) -> None:
        """Hand every command to the loop; `None` when the coordinator went away."""

        def read() -> None:
            command: Command | None = Go()
            while command is not None:
                command = read_message(self._commands)
                if loop.is_closed():
                    return
                loop.call_soon_threadsafe(handle, command)

        threading.Thread(target=read, name="commands", daemon=True).start()

    def send(self, message: Message) -> None:
        """Queue a message; never blocks."""
        self._queue.put(message)

    def close(self) -> None:
        """Write what is queued, then stop."""
        self._queue.put(None)
        self._writer.join()

    def _write(self) -> None:
        while (message := self._queue.get()) is not None:
            try:
                self._reports.write(encode(message))
                self._reports.flush()
            except BrokenPipeError:
                os._exit(1)  # the coordinator is gone: nobody wants the load any more


class Worker:
    """Runs one engine and reports once a second."""

    def __init__(self, setup: Setup, pipe: Pipe, clock: Clock) -> None:
        self._pipe = pipe
        self._clock = clock
        self._recorder = Recorder(setup.base_tags, TagBudget(setup.kept_tags), keep_raw=setup.keep_raw)
        self._engine = Engine(setup.engine, self._recorder, clock)
        instance = {"instance": str(setup.engine.segment.index + 1)}
        self._cpu_gauge = self._recorder.gauge("loadr_cpu", instance)
        self._lag = self._recorder.rows(LAG_LAYOUT, instance)
        self._go = asyncio.Event()
        self._reported_cpu = 0.0
        self._reported_at = 0.0

    async def run(self) -> None:
        """Wait for the start, run, report to the end."""
        loop = asyncio.get_running_loop()
        self._pipe.listen(loop, self._obey)
        self._pipe.send(Ready(type(loop).__module__.partition(".")[0], epoch_of(self._clock)))
        settle_garbage_collector()
        await self._go.wait()
        start = self._reported_at = self._clock.now()
        self._reported_cpu = process_cpu()
        async with asyncio.TaskGroup() as group:
            background = [group.create_task(self._report(start)), group.create_task(self._probe_lag())]
            problem = await self._generate()
            for task in background:
                task.cancel()
        if problem is not None:
            self._pipe.send(Broken(problem))
        self._send_report(self._clock.now() - start)
        self._pipe.send(Finished(self._engine.stop_signal.reason))

    async def _generate(self) -> str | None:
        """Run the engine to its end; what broke it, if anything did."""
        try:
            await self._engine.run()
        except LoadrError as error:
            return str(error)
        return None

    def _obey(self, command: Command | None) -> None:
        match command:
            case Go():
                self._go.set()
            case Stop(reason):
                self._engine.stop(reason)
                self._go.set()
            case None:
                os._exit(1)  # as in Pipe: without a coordinator there is no run

    async def _report(self, start: float) -> None:
        number = 1
        while True:
            await self._clock.sleep_until(start + number * REPORT_SECONDS)
            self._send_report(self._clock.now() - start)
            number += 1

    def _send_report(self, elapsed: float) -> None:
        cpu, now = process_cpu(), self._clock.now()
        share = (cpu - self._reported_cpu) / max(now - self._reported_at, 1e-9)
        self._reported_cpu, self._reported_at = cpu, now
        self._cpu_gauge.set(share)
        self._pipe.send(
            Report(elapsed, wall_clock(), self._recorder.take_delta(), tuple(self._engine.progress()), share)
        )

    async def _probe_lag(self) -> None:
        """How late the loop runs a timer, ten times a second."""
        while True:
            due = self._clock.now() + _LAG_PROBE_SECONDS
            await self._clock.sleep_until(due)
            self._lag.rows.append((due, max(self._clock.now(), due)))
            if len(self._lag.rows) >= FLUSH_ROWS:
                self._lag.flush()


def main() -> int:
    """The life of a worker process; its exit code is for people, the pipe tells the coordinator."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the coordinator decides what Ctrl-C means
    # Unbuffered: a thread that waits in a buffered stream would hold its lock when the process ends.
    commands, reports = open(0, "rb", buffering=0, closefd=False), os.fdopen(os.dup(1), "wb")  # noqa: SIM115
    os.dup2(2, 1)  # whatever an extension prints must not get into the pipe
    pipe = Pipe(commands, reports)
    setup = pipe.receive_setup()
    if setup is None:
        return 1
    tune_malloc()
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        try:
            runner.run(_run(setup, pipe))
        except PlanRefusedError as error:
            pipe.send(Refused(error.problems))
        except LoadrError as error:
            pipe.send(Refused((str(error),)))
        except Exception as error:  # noqa: BLE001 - our own bug: it must reach the user, not a lost stderr
            pipe.send(
                Broken(
                    f"a bug in loadr or an extension:\n{''.join(traceback.format_exception(_leaf(error)))}"
                )
            )
        pipe.close()
    return 0


async def _run(setup: Setup, pipe: Pipe) -> None:
    await Worker(setup, pipe, SystemClock()).run()


def _leaf(error: BaseException) -> BaseException:
    """The first error of a group: the others are as a rule the same, once for each VU."""
    return _leaf(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error
