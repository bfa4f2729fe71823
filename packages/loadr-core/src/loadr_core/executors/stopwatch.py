"""The time of a schedule: it stands still while the scenario is paused."""

from math import inf

from loadr_core.spi.clock import Clock


class Stopwatch:
    """Seconds since a beginning, pauses left out.

    Attributes:
        is_paused: whether it stands still.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._begin: float | None = None
        self._stood_still = 0.0
        self._paused_at: float | None = None
        self.is_paused = False

    def start(self, begin: float) -> None:
        """Set its zero to a moment of the clock; a pause that was asked for before begins there."""
        self._begin = begin
        if self.is_paused:
            self._paused_at = begin

    @property
    def elapsed(self) -> float:
        """Seconds; 0 before the start."""
        if self._begin is None:
            return 0.0
        now = self._clock.now() if self._paused_at is None else self._paused_at
        return now - self._begin - self._stood_still

    def moment(self, elapsed: float) -> float:
        """The moment of the clock at which so many seconds will have passed; never while it stands still."""
        if self._begin is None or self.is_paused:
            return inf
        return self._begin + self._stood_still + elapsed

    def pause(self) -> None:
        """Stand still; a second call does nothing."""
        if not self.is_paused:
            self.is_paused = True
            if self._begin is not None:
                self._paused_at = self._clock.now()

    def resume(self) -> None:
        """Go on from where it stood; a second call does nothing."""
        if self._paused_at is not None:
            self._stood_still += self._clock.now() - self._paused_at
        self._paused_at = None
        self.is_paused = False

    def __repr__(self) -> str:
        return f"<Stopwatch {self.elapsed:.3f} s{', paused' if self.is_paused else ''}>"
