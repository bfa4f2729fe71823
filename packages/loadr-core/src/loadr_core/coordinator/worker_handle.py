"""The coordinator's end of a worker process."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from typing import Final

from loadr_core.errors import RunError
from loadr_core.worker.frames import HEADER, decode, encode
from loadr_core.worker.messages import Command, Message, Setup

_EXIT_SECONDS: Final = 5.0

# NumPy's linear algebra is not used: its threads would only cost memory.
_WORKER_ENVIRONMENT: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class WorkerHandle:
    """A running worker process.

    Attributes:
        number: the worker's number, from 1.
    """

    def __init__(self, number: int, process: asyncio.subprocess.Process) -> None:
        self.number = number
        self._process = process

    @classmethod
    async def start(cls, number: int) -> "WorkerHandle":
        """Start a process that waits for its setup.

        It has a session of its own: Ctrl-C in a terminal reaches the coordinator only. `-P` keeps
        the current folder out of its import path.
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "loadr_core.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **_WORKER_ENVIRONMENT},
            start_new_session=True,
        )
        return cls(number, process)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    async def send(self, message: Setup | Command) -> None:
        """Send an order; a worker that is gone misses it, its end is seen by `messages`."""
        stdin = self._process.stdin
        if stdin is None:
            raise RunError("the worker has no pipe")
        with contextlib.suppress(ConnectionError):
            stdin.write(encode(message))
            await stdin.drain()

    def post(self, command: Command) -> None:
        """Send a small order without waiting."""
        stdin = self._process.stdin
        if stdin is not None and not stdin.is_closing():
            stdin.write(encode(command))

    async def messages(self) -> AsyncIterator[Message]:
        """Everything the worker says, until its pipe ends."""
        stdout = self._process.stdout
        if stdout is None:
            raise RunError("the worker has no pipe")
        while True:
            try:
                header = await stdout.readexactly(HEADER.size)
                payload = await stdout.readexactly(HEADER.unpack(header)[0])
            except asyncio.IncompleteReadError:
                return
            yield decode(payload)

    async def close(self) -> int:
        """End the process: it is asked by the end of its input, then killed. The exit code."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            async with asyncio.timeout(_EXIT_SECONDS):
                return await self._process.wait()
        except TimeoutError:
            self.kill()
            return await self._process.wait()

    def kill(self) -> None:
        """End the process at once."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    def __repr__(self) -> str:
        return f"<WorkerHandle {self.number} pid={self.pid}>"
