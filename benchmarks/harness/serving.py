"""A server of ours in a process of its own: how the harness starts and ends it, and what it does for its part."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.tools import ROOT, path_of

STOP_SECS = 30


@contextmanager
def started(
    words: Sequence[str], core: int, ahead: Sequence[str] = ()
) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """A server pinned to a core, and the port that it has printed; ended by its id.

    Args:
        words: the module and its arguments.
        core: where it runs.
        ahead: what it is run with beside, such as chrt.

    Raises:
        BenchmarkError: it printed no port.
    """
    command = [path_of("taskset"), "-c", str(core), *ahead, sys.executable, "-m", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, process_group=0) as process:
        try:
            port = process.stdout.readline().strip() if process.stdout else ""
            if not port:
                raise BenchmarkError(f"{words[0]} did not start")
            yield process, int(port)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(STOP_SECS)
                except subprocess.TimeoutExpired:
                    process.kill()


async def serve_on(port: int) -> None:
    """In the server: tell its port, and wait for SIGTERM."""
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    print(port, flush=True)
    await ended.wait()
