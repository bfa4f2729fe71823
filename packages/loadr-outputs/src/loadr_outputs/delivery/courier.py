"""The thread that delivers: it may wait for a slow target, and nobody waits for it until the end.

delivering ──UnavailableError──▶ resting ──backoff──▶ delivering
     │ closed and drained            │ closed and past its patience
     ▼                               ▼
   done                     done, the rest is lost
"""

import logging
import threading
from collections.abc import Sequence
from typing import Final

from loadr_config.summary import Summary
from loadr_core.spi import Clock, OutputBooks
from loadr_outputs.delivery.backoff import Backoff
from loadr_outputs.delivery.destination import Destination, RejectedError, UnavailableError
from loadr_outputs.delivery.spool import Parcel, Spool

_LOG: Final = logging.getLogger(__name__)
_IDLE_SECONDS: Final = 1.0

PATIENCE: Final = 10.0
"""Seconds after the end of a run for which an unreachable destination is tried again."""


class Courier:
    """Delivers what a spool holds.

    Args:
        name: the output's, for messages and the thread.
        destination: where to.
        spool: what waits.
        clock: the time.
        backoff: how long to rest between attempts.
        patience: seconds after the end for which a failing delivery is tried again.
        most: parcels of one delivery.
    """

    def __init__(
        self,
        name: str,
        destination: Destination,
        spool: Spool,
        clock: Clock,
        *,
        backoff: Backoff | None = None,
        patience: float = PATIENCE,
        most: int = 64,
    ) -> None:
        self._name = name
        self._destination = destination
        self._spool = spool
        self._clock = clock
        self._backoff = backoff or Backoff()
        self._patience = patience
        self._most = most
        self._written = 0
        self._lost = 0
        self._problem = ""
        self._give_up_at = float("inf")
        self._summary: Summary | None = None
        self._thread = threading.Thread(target=self._work, name=f"output {name}", daemon=True)

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    def finish(self, summary: Summary) -> None:
        """Deliver what waits, with limited patience, then close the destination. Blocks."""
        self._summary = summary
        self._give_up_at = self._clock.now() + self._patience
        self._spool.close()
        self._thread.join()

    def books(self) -> OutputBooks:
        """What became of everything; complete after `finish`."""
        lost = self._lost + self._spool.refused
        problem = self._problem or self._spool.problem
        return OutputBooks(self._written + lost, self._written, lost, problem if lost else "")

    def _work(self) -> None:
        while not self._spool.is_drained:
            parcels = self._spool.take(self._most, _IDLE_SECONDS)
            if parcels and not self._deliver(parcels):
                self._lost += sum(parcel.samples for parcel in parcels) + self._spool.discard()
                break
        if self._summary is not None:
            try:
                self._destination.close(self._summary)
            except UnavailableError as error:
                self._fail_to_close(error.reason)
            except Exception as error:  # noqa: BLE001 - as in `_deliver`
                self._fail_to_close(f"a bug in this output: {type(error).__name__}: {error}")

    def _fail_to_close(self, reason: str) -> None:
        if self._destination.is_lost_unless_closed:
            self._lost, self._written = self._lost + self._written, 0
        self._give_up(reason)

    def _deliver(self, parcels: Sequence[Parcel]) -> bool:
        """Deliver with patience; whether it is worth to go on."""
        failures = 0
        samples = sum(parcel.samples for parcel in parcels)
        while True:
            try:
                self._destination.deliver(parcels)
            except RejectedError as error:
                self._lost += samples
                self._give_up(str(error))
                return True
            except UnavailableError as error:
                failures += 1
                if failures == 1:
                    _LOG.warning("output %s: %s; trying again", self._name, error.reason)
                wait = max(self._backoff.wait(failures), error.retry_after or 0.0)
                if not self._rest(wait):
                    self._give_up(error.reason)
                    return False
            except Exception as error:  # noqa: BLE001 - a bug of ours: the books must balance all the same
                self._lost += samples
                self._give_up(f"a bug in this output: {type(error).__name__}: {error}")
                return True
            else:
                self._written += samples
                return True

    def _rest(self, seconds: float) -> bool:
        """Wait before the next attempt; `False` when there is to be none."""
        until = self._clock.now() + seconds
        self._spool.rest(seconds)
        now = self._clock.now()
        if now >= self._give_up_at:
            return False
        # The end of the run woke it: what is left of its patience goes into further attempts.
        if now < until and self._give_up_at < float("inf"):
            threading.Event().wait(min(until, self._give_up_at) - now)
        return True

    def _give_up(self, reason: str) -> None:
        if not self._problem:
            self._problem = reason
            _LOG.error("output %s: %s", self._name, reason)
