"""Exit codes, and which one wins. 99, 105, 107 and 108 are k6's numbers."""

from dataclasses import dataclass
from typing import Final

PASSED: Final = 0
ERROR: Final = 1
SUSPECT: Final = 98
THRESHOLDS_FAILED: Final = 99
STOPPED_EARLY: Final = 105
SCRIPT_FAILED: Final = 107
ABORTED_BY_TEST: Final = 108
INTERRUPTED_TWICE: Final = 130


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that an exit code tells."""

    killed: bool = False
    error: bool = False
    script_failed: bool = False
    aborted_by_test: bool = False
    thresholds_failed: bool = False
    stopped_early: bool = False
    suspect: bool = False

    def exit_code(self) -> int:
        """The first that applies: 130, 1, 107, 108, 99, 105, 98."""
        codes = (
            (self.killed, INTERRUPTED_TWICE),
            (self.error, ERROR),
            (self.script_failed, SCRIPT_FAILED),
            (self.aborted_by_test, ABORTED_BY_TEST),
            (self.thresholds_failed, THRESHOLDS_FAILED),
            (self.stopped_early, STOPPED_EARLY),
            (self.suspect, SUSPECT),
        )
        return next((code for applies, code in codes if applies), PASSED)


_ORDER: Final = (
    INTERRUPTED_TWICE,
    ERROR,
    SCRIPT_FAILED,
    ABORTED_BY_TEST,
    THRESHOLDS_FAILED,
    STOPPED_EARLY,
    SUSPECT,
)


def first_of(*codes: int) -> int:
    """The code that wins among those of a run and of what followed it, in the order of `Outcome`."""
    return next((code for code in _ORDER if code in codes), PASSED)
