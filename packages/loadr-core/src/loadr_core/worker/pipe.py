"""A worker process's end of the pipe.

The event loop only generates load. Commands are read and messages are written by a thread each, so
that a slow coordinator never blocks a VU.
"""

import asyncio
import os
import queue
import threading
from collections.abc import Callable
from typing import BinaryIO

from loadr_core.worker.frames import ByteReader, encode, read_message
from loadr_core.worker.messages import Command, Finish, Message, Prepare


class Pipe:
    """Commands in, messages out.

    Args:
        commands: where commands come from.
        messages: where messages go.
    """

    def __init__(self, commands: ByteReader, messages: BinaryIO) -> None:
        self._commands = commands
        self._messages = messages
        self._queue: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write, name="messages", daemon=True)
        self._writer.start()

    def receive_first(self) -> Prepare | None:
        """The first message; `None` when the coordinator went away."""
        prepare: Prepare | None = read_message(self._commands)
        return prepare

    def listen(self, loop: asyncio.AbstractEventLoop, obey: Callable[[Command], None]) -> None:
        """Hand every command to the loop. A coordinator that goes away ends this process."""

        def read() -> None:
            while True:
                command: Command | None = read_message(self._commands)
                if loop.is_closed():
                    return
                if command is None:
                    os._exit(1)  # without a coordinator there is no run: nobody wants the load any more
                loop.call_soon_threadsafe(obey, command)
                if isinstance(command, Finish):
                    return

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
                self._messages.write(encode(message))
                self._messages.flush()
            except OSError:  # a broken pipe, which Windows calls an invalid argument
                os._exit(1)  # as in `listen`
