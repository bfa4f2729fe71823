"""Where parcels go: what one output writes to, as its courier sees it.

UnavailableError     nothing is wrong with the parcel: try again later
RejectedError        the other side will never take it: give it up
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from loadr_config.summary import Summary
from loadr_outputs.delivery.spool import Parcel


class UnavailableError(Exception):
    """The other side cannot be reached or asks to wait.

    Attributes:
        reason: for people.
        retry_after: seconds that the other side asked for; `None` where it did not.
    """

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class RejectedError(Exception):
    """The other side refuses these parcels for good."""


class Destination(ABC):
    """Writes parcels. All methods but `open` are called in the courier's thread, where they may block.

    Attributes:
        is_lost_unless_closed: whether what was delivered can only be read once `close` has succeeded.
    """

    is_lost_unless_closed: ClassVar[bool] = False

    @abstractmethod
    def open(self) -> None:
        """Get ready, before the run, in a thread.

        Raises:
            OutputError: it makes no sense to start the run.
        """

    @abstractmethod
    def deliver(self, parcels: Sequence[Parcel]) -> None:
        """Write parcels in their order: all of them, or none.

        Raises:
            UnavailableError: they are delivered again later.
            RejectedError: they are counted as lost.
        """

    @abstractmethod
    def close(self, summary: Summary) -> None:
        """Write the summary where the format has a place for it, and let go of everything.

        Raises:
            UnavailableError: what was still held is lost.
        """
