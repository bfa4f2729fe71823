"""`exec.test.options`: all options as k6 tells them, those of the command line included. Pure.

k6 lists every option that it knows, `null` where it is not set; the short forms of a scenario are gone, the scenario
that they stand for is there instead; durations are written as Go writes them.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from loadr_config.durations import parse_duration
from loadr_config.errors import DurationError
from loadr_js.options.converted import TREND_STATS
from loadr_js.options.scenarios import DURATIONS, KNOBS

_OPTIONS: Final = (
    "paused",
    "scenarios",
    "executionSegment",
    "executionSegmentSequence",
    "noSetup",
    "setupTimeout",
    "noTeardown",
    "teardownTimeout",
    "rps",
    "dns",
    "maxRedirects",
    "userAgent",
    "batch",
    "batchPerHost",
    "httpDebug",
    "insecureSkipTLSVerify",
    "tlsCipherSuites",
    "tlsVersion",
    "tlsAuth",
    "throw",
    "thresholds",
    "blacklistIPs",
    "blockHostnames",
    "hosts",
    "noConnectionReuse",
    "noVUConnectionReuse",
    "minIterationDuration",
    "ext",
    "summaryTrendStats",
    "summaryTimeUnit",
    "systemTags",
    "tags",
    "metricSamplesBufferSize",
    "noCookiesReset",
    "discardResponseBodies",
    "consoleOutput",
    "localIPs",
)
_OF_DNS: Final = ("ttl", "select", "policy")
_OF_SCENARIOS: Final = ("executor", "startTime", "gracefulStop", "env", "exec", "tags")
_SHORT_FORM: Final = ("vus", "duration", "iterations", "stages")
_TOP_DURATIONS: Final = ("setupTimeout", "teardownTimeout", "minIterationDuration")

# k6's own default of `systemTags`.
_SYSTEM_TAGS: Final = (
    "check",
    "error",
    "error_code",
    "expected_response",
    "group",
    "method",
    "name",
    "proto",
    "scenario",
    "service",
    "status",
    "subproto",
    "tls_version",
    "url",
)


def consolidated(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that a script reads.

    Args:
        options: what the script exports, options of the command line over it.
    """
    known = {key: value for key, value in options.items() if key not in _SHORT_FORM}
    told = {**dict.fromkeys(_OPTIONS), **known}
    for key in _TOP_DURATIONS:
        told[key] = _written(told[key])
    told["dns"] = {**dict.fromkeys(_OF_DNS), **(told["dns"] or {})}
    told["summaryTrendStats"] = told["summaryTrendStats"] or list(TREND_STATS)
    told["systemTags"] = told["systemTags"] or list(_SYSTEM_TAGS)
    scenarios = told["scenarios"] or {"default": _short_form(options)}
    told["scenarios"] = {name: _scenario(scenario) for name, scenario in scenarios.items()}
    return told


def _short_form(options: Mapping[str, Any]) -> dict[str, Any]:
    """The one scenario that is not written as one."""
    vus = options.get("vus")
    if options.get("iterations") is not None:
        longest = options.get("duration")
        return {
            "executor": "shared-iterations",
            "vus": vus,
            "iterations": options["iterations"],
            "maxDuration": longest,
        }
    if options.get("duration") is not None:
        return {"executor": "constant-vus", "vus": vus, "duration": options["duration"]}
    if options.get("stages") is not None:
        return {"executor": "ramping-vus", "startVUs": vus, "stages": options["stages"]}
    return {"executor": "per-vu-iterations"}


def _scenario(scenario: Any) -> Any:
    if not isinstance(scenario, Mapping):
        return scenario  # what is wrong with it was told
    knobs = KNOBS.get(str(scenario.get("executor")), frozenset())
    told = {**dict.fromkeys((*_OF_SCENARIOS, *sorted(knobs))), **scenario}
    for key in DURATIONS:
        if key in told:
            told[key] = _written(told[key])
    if isinstance(told.get("stages"), list):
        told["stages"] = [_stage(stage) for stage in told["stages"]]
    return told


def _stage(stage: Any) -> Any:
    return {**stage, "duration": _written(stage.get("duration"))} if isinstance(stage, Mapping) else stage


def _written(value: Any) -> Any:
    """A duration as Go writes it: `1m30s`, `500ms`; a bare number is milliseconds. What is none stays as it is."""
    if value is None or isinstance(value, bool):
        return value
    try:
        seconds = value / 1000 if isinstance(value, int | float) else parse_duration(value)
    except (DurationError, TypeError):
        return value
    for unit, size in (("ms", 1e-3), ("µs", 1e-6)):
        if 0 < seconds < 1 and seconds >= size:
            return f"{_plain(seconds / size)}{unit}"
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    text = f"{_plain(rest)}s"
    if minutes or hours:
        text = f"{minutes}m{text}"
    return f"{hours}h{text}" if hours else text


def _plain(number: float) -> str:
    return f"{Decimal(str(round(number, 9))).normalize():f}"
