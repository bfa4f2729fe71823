"""The coordinator's end of a worker process."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from typing import Final

from loadr_core.coordinator.member import Member
from loadr_core.errors import RunError
from loadr_core.worker.frames import HEADER, decode, encode
from loadr_core.worker.messages import Command, Message, Prepare

_EXIT_SECONDS: Final = 5.0

# NumPy's linear algebra is not used: its threads would only cost memory.
_WORKER_ENVIRONMENT: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class WorkerHandle(Member):
    """A running worker process."""

    def __init__(self, number: int, process: asyncio.subprocess.Process) -> None:
        super().__init__(number)
        if process.stdin is None or process.stdout is None:
            raise RunError("the worker has no pipe")
        self._process = process
        self._commands = process.stdin
        self._messages = process.stdout

    @classmethod
    async def start(cls, number: int) -> "WorkerHandle":
        """Start a process that waits for its orders.

        It has a session of its own: Ctrl-C in a terminal reaches the coordinator only. `-P` keeps
        the current folder out of its import path.

        Raises:
            RunError: the system starts no further process.
        """
        try:
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
        except OSError as error:
            raise RunError(f"worker {number} could not be started: {error.strerror or error}") from error
        return cls(number, process)

    @property
    def place(self) -> str:
        """The process id."""
        return f"pid {self._process.pid}"

    async def prepare(self, prepare: Prepare) -> None:
        """Send the plan; it may be larger than the pipe."""
        with contextlib.suppress(ConnectionError):
            self._commands.write(encode(prepare))
            await self._commands.drain()

    def post(self, command: Command) -> None:
        """Send a small command without waiting."""
        if not self._commands.is_closing():
            self._commands.write(encode(command))

    async def messages(self) -> AsyncIterator[Message]:
        """Everything the worker says, until its pipe ends."""
        while True:
            try:
                header = await self._messages.readexactly(HEADER.size)
                payload = await self._messages.readexactly(HEADER.unpack(header)[0])
            except asyncio.IncompleteReadError:
                return
            yield decode(payload)

    async def close(self) -> str:
        """End the process: it is asked by the end of its input, then killed."""
        self._commands.close()
        try:
            async with asyncio.timeout(_EXIT_SECONDS):
                code = await self._process.wait()
        except TimeoutError:
            self.kill()
            code = await self._process.wait()
        return f"exit code {code}"

    def kill(self) -> None:
        """End the process at once."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    def __repr__(self) -> str:
        return f"<WorkerHandle {self.number} {self.place}>"
