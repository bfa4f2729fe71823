"""Time as an injected dependency."""

from abc import ABC, abstractmethod


class Clock(ABC):
    """The only source of time for everything that runs during a test."""

    @abstractmethod
    def now(self) -> float:
        """Seconds of a monotonic clock, microseconds resolved. Its zero has no meaning."""

    @abstractmethod
    async def sleep(self, seconds: float) -> None:
        """Wait; zero or less gives other tasks one turn."""

    async def sleep_until(self, moment: float) -> None:
        """Wait for a moment of `now`."""
        await self.sleep(moment - self.now())
