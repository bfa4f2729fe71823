"""What options become: a plan, settings of the engine that no plan has, and notes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

TREND_STATS: Final = ("avg", "min", "med", "max", "p(90)", "p(95)")
"""What k6 shows of a trend unless told otherwise."""


@dataclass(frozen=True, slots=True)
class OptionNote:
    """Something that a user must know about an option.

    Attributes:
        path: where in the options, such as `("scenarios", "api", "rate")`.
        message: what is wrong, or what becomes of it.
        is_error: whether the script cannot be run so.
    """

    path: tuple[str | int, ...]
    message: str
    is_error: bool


@dataclass(frozen=True, slots=True)
class ScriptSettings:
    """Options that only a script has.

    Attributes:
        setup_timeout: seconds that `setup` may take.
        teardown_timeout: seconds that `teardown` may take.
        reset_cookies: whether the cookie jar is emptied before each iteration.
        reconnects: whether every iteration opens connections of its own.
        min_iteration_duration: seconds that an iteration takes at least.
        batch: requests of one `http.batch` that run at once.
        batch_per_host: of those, to one host.
        throws: whether a failed request throws.
        discards_bodies: whether a response has a body only where its request names a responseType.
        blocked_addresses: networks (CIDR) that no conversation may be opened to.
        blocked_hosts: host names likewise; `*.` at the start stands for any.
        trend_stats: the statistics that the summary shows of a trend.
        scenario_environment: `__ENV` of single scenarios, over that of the run.
        skipped: functions that are not called, `setup` and `teardown`.
        options: all options, as a script reads them.
        time_unit: the unit of times that the script asks its summary for; empty where it names none.
        submetrics: selectors that the summary lists, beside those of thresholds.
    """

    setup_timeout: float = 60.0
    teardown_timeout: float = 60.0
    reset_cookies: bool = True
    reconnects: bool = False
    min_iteration_duration: float = 0.0
    batch: int = 20
    batch_per_host: int = 6
    throws: bool = False
    discards_bodies: bool = False
    blocked_addresses: tuple[str, ...] = ()
    blocked_hosts: tuple[str, ...] = ()
    trend_stats: tuple[str, ...] = TREND_STATS
    scenario_environment: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    time_unit: str = ""
    submetrics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConvertedOptions:
    """A script's options in loadr's terms.

    Attributes:
        plan: the plan as its language has it, to be validated as any other.
        settings: what no plan has.
        notes: what is unknown, without effect, or wrong.
        http_debug: which part of the first exchanges is shown: `head` or, with bodies, `full`.
    """

    plan: dict[str, Any]
    settings: ScriptSettings
    notes: tuple[OptionNote, ...] = ()
    http_debug: str | None = None
