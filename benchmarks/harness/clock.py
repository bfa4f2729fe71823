"""The harness's only access to time: it measures real processes, so nothing is injected."""

import time
from datetime import UTC, datetime


def now() -> float:
    """Seconds on the monotonic clock."""
    return time.monotonic()  # noqa: TID251


def cpu() -> float:
    """CPU seconds of this process."""
    return time.process_time()


def pause(seconds: float) -> None:
    """Sleep; nothing at all when `seconds` is not positive."""
    if seconds > 0:
        time.sleep(seconds)  # noqa: TID251


def today() -> datetime:
    """The date and time in UTC."""
    return datetime.now(UTC)  # noqa: TID251
