"""What scripts say in a worker, on its way to whoever sits at the coordinator.

A worker has no terminal of its own: what a script logs goes to the coordinator, which hides the values of
secrets and logs it again. A script that says something in every iteration must not fill the pipe.
"""

import logging
from collections.abc import Callable
from typing import Final

from loadr_core.spi.script import SCRIPT_LOG
from loadr_core.worker.messages import Said

MOST_A_SECOND: Final = 1_000
"""Lines that a worker sends on; what is beyond is counted, and told."""

_LEFT_OUT: Final = "{:,} more lines of the script are not shown: more than {:,} a second"


class Sayings(logging.Handler):
    """Sends records on as messages.

    Args:
        send: takes messages; must not block.
        now: the time, in seconds.
    """

    def __init__(self, send: Callable[[Said], None], now: Callable[[], float]) -> None:
        super().__init__()
        self._send = send
        self._now = now
        self._second = now()
        self._sent = 0
        self._left_out = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Send a record on, unless there were too many."""
        now = self._now()
        if now - self._second >= 1.0:
            self.tell_left_out()
            self._second, self._sent = now, 0
        if self._sent < MOST_A_SECOND:
            self._sent += 1
            self._send(Said(record.levelno, record.getMessage()))
        else:
            self._left_out += 1

    def tell_left_out(self) -> None:
        """Say how many lines were not sent since this was last told."""
        if self._left_out:
            self._send(Said(logging.WARNING, _LEFT_OUT.format(self._left_out, MOST_A_SECOND)))
            self._left_out = 0


def send_what_scripts_say(send: Callable[[Said], None], now: Callable[[], float], level: int) -> Sayings:
    """From now on, send what scripts log in this process to the coordinator, from a level on."""
    log, handler = logging.getLogger(SCRIPT_LOG), Sayings(send, now)
    log.setLevel(level)
    log.propagate = False
    log.addHandler(handler)
    return handler
