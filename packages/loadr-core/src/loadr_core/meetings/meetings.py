"""What a rendezvous step asks for."""

from abc import ABC, abstractmethod


class Meetings(ABC):
    """The rendezvous of a run, as one worker sees them."""

    @abstractmethod
    async def meet(self, name: str, users: int, patience: float) -> bool:
        """Wait at a rendezvous until enough users of the whole run are there.

        Args:
            name: where they meet.
            users: how many must be there; they go on together, and the next ones wait for others.
            patience: seconds after which one who waits gives up, and with it all who wait there.

        Returns:
            Whether they met; `False` after somebody gave up.
        """
