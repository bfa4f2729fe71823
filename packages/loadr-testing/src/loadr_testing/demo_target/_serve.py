"""The target as a program: runs until a signal, or until its parent is gone."""

import asyncio
import os
import signal
import ssl
import sys
import threading
from collections.abc import Callable

from loadr_testing.demo_target._server import DemoTarget

try:
    from uvloop import new_event_loop
except ImportError:
    from asyncio import new_event_loop  # type: ignore[assignment]

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def serve(
    host: str = "127.0.0.1",
    port: int = 8080,
    on_ready: Callable[[DemoTarget], None] | None = None,
    *,
    ssl_context: ssl.SSLContext | None = None,
    exit_with_stdin: bool = False,
) -> None:
    """Run a demo target until SIGINT or SIGTERM; blocks, and belongs into the main thread.

    Args:
        host: Address to listen on.
        port: 0 picks a free one.
        on_ready: Called once, with the listening target, before the first request is answered.
        ssl_context: Serves HTTPS with it.
        exit_with_stdin: Also stop when standard input ends, as it does when a parent that holds
            its other end dies.

    Raises:
        OSError: If it cannot listen there.
    """
    target = DemoTarget(host, port, ssl_context=ssl_context)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(_run(target, on_ready, exit_with_stdin=exit_with_stdin))


async def _run(
    target: DemoTarget, on_ready: Callable[[DemoTarget], None] | None, *, exit_with_stdin: bool
) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    if sys.platform != "win32":  # there, Ctrl-C ends asyncio's runner
        for number in _STOP_SIGNALS:
            loop.add_signal_handler(number, stop.set)
    if exit_with_stdin:
        # A thread, because a pipe as standard input cannot be watched by every event loop.
        watcher = threading.Thread(target=_await_stdin_end, args=(loop, stop), daemon=True)
        watcher.start()
    async with target:
        if on_ready is not None:
            on_ready(target)
        await stop.wait()


def _await_stdin_end(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    # Not sys.stdin: its lock, held by this thread, would block the interpreter's end.
    while os.read(0, 4096):
        pass
    if not loop.is_closed():
        loop.call_soon_threadsafe(stop.set)
