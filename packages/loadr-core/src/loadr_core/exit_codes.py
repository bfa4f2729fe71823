"""Exit codes, and which one wins. 99, 105, 107, 108 and 110 are k6's numbers."""

from dataclasses import dataclass
from typing import Final

PASSED: Final = 0
ERROR: Final = 1
SUSPECT: Final = 98
THRESHOLDS_FAILED: Final = 99
STOPPED_EARLY: Final = 105
SCRIPT_FAILED: Final = 107
ABORTED_BY_TEST: Final = 108
MARKED_FAILED: Final = 110
INTERRUPTED_TWICE: Final = 130

_ORDER: Final = (
    INTERRUPTED_TWICE,
    ERROR,
    SCRIPT_FAILED,
    ABORTED_BY_TEST,
    MARKED_FAILED,
    THRESHOLDS_FAILED,
    STOPPED_EARLY,
    SUSPECT,
)


def first_of(*codes: int) -> int:
    """The code that wins among several: the first of 130, 1, 107, 108, 110, 99, 105, 98."""
    return next((code for code in _ORDER if code in codes), PASSED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that an exit code tells."""

    killed: bool = False
    error: bool = False
    script_failed: bool = False
    aborted_by_test: bool = False
    marked_failed: bool = False
    thresholds_failed: bool = False
    stopped_early: bool = False
    suspect: bool = False

    def exit_code(self) -> int:
        """The first that applies; see `first_of`."""
        codes = (
            (self.killed, INTERRUPTED_TWICE),
            (self.error, ERROR),
            (self.script_failed, SCRIPT_FAILED),
            (self.aborted_by_test, ABORTED_BY_TEST),
            (self.marked_failed, MARKED_FAILED),
            (self.thresholds_failed, THRESHOLDS_FAILED),
            (self.stopped_early, STOPPED_EARLY),
            (self.suspect, SUSPECT),
        )
        return first_of(*(code for applies, code in codes if applies))
