"""k6's scenarios and their short forms, as scenarios of a plan.

k6's keys and ours differ in spelling only. The short forms are k6's: `stages` is ramping-vus, `iterations`
is shared-iterations, `duration` is constant-vus, and nothing of these is one iteration of one VU, whatever
`vus` says.
"""

from typing import Any, Final

from loadr_js.options.reading import OptionReader

_DEFAULT: Final = "default"

# k6's key → ours, by what it holds.
_NUMBERS: Final = {
    "vus": "vus",
    "iterations": "iterations",
    "startVUs": "start_vus",
    "rate": "rate",
    "startRate": "start_rate",
    "preAllocatedVUs": "pre_allocated_vus",
    "maxVUs": "max_vus",
}
DURATIONS: Final = {
    "duration": "duration",
    "maxDuration": "max_duration",
    "startTime": "start_time",
    "gracefulStop": "graceful_stop",
    "gracefulRampDown": "graceful_ramp_down",
    "timeUnit": "time_unit",
}

KNOBS: Final[dict[str, frozenset[str]]] = {
    "constant-vus": frozenset({"vus", "duration"}),
    "ramping-vus": frozenset({"startVUs", "stages", "gracefulRampDown"}),
    "per-vu-iterations": frozenset({"vus", "iterations", "maxDuration"}),
    "shared-iterations": frozenset({"vus", "iterations", "maxDuration"}),
    "constant-arrival-rate": frozenset({"rate", "timeUnit", "duration", "preAllocatedVUs", "maxVUs"}),
    "ramping-arrival-rate": frozenset({"startRate", "timeUnit", "stages", "preAllocatedVUs", "maxVUs"}),
    "externally-controlled": frozenset({"vus", "maxVUs", "duration"}),
}
_COMMON: Final = ("executor", "startTime", "gracefulStop", "exec", "env", "tags", "options")

# k6's own defaults where they differ from the plan language's.
_K6_DEFAULTS: Final[dict[str, dict[str, Any]]] = {
    "constant-vus": {"vus": 1},
    "ramping-vus": {"start_vus": 1},
}


def short_form(options: OptionReader) -> dict[str, Any]:
    """The one scenario that `vus`, `duration`, `iterations` and `stages` describe."""
    vus = options.number("vus", None)
    iterations, duration = options.number("iterations", None), options.seconds("duration")
    stages = _stages(options) if "stages" in options else None
    scenario: dict[str, Any] = {"exec": _DEFAULT}
    if stages is not None:
        for key, value in (("iterations", iterations), ("duration", duration)):
            if value is not None:
                options.wrong(key, "cannot stand beside stages, as in k6")
    if stages is not None and iterations is None and duration is None:
        scenario |= {"executor": "ramping-vus", "start_vus": 1 if vus is None else vus, "stages": stages}
    elif iterations is not None:
        scenario |= {"executor": "shared-iterations", "vus": vus or 1, "iterations": iterations}
        if duration is not None:
            scenario["max_duration"] = duration
    elif duration is not None:
        scenario |= {"executor": "constant-vus", "vus": vus or 1, "duration": duration}
    else:
        scenario |= {"executor": "per-vu-iterations", "vus": 1, "iterations": 1}
        if vus not in (None, 1):
            options.without_effect("vus", "has no effect without iterations, duration or stages, as in k6")
    return scenario


def long_form(scenario: OptionReader) -> dict[str, Any] | None:
    """One entry of `scenarios`; `None` when its executor is not known."""
    executor = scenario.text("executor")
    if executor not in KNOBS:
        known = ", ".join(KNOBS)
        scenario.wrong("executor", f"there is no executor {executor!r}; known are {known}")
        return None
    converted: dict[str, Any] = {"executor": executor, **_K6_DEFAULTS.get(executor, {})}
    with scenario.all_known(*_COMMON):
        knobs = KNOBS[executor]
        for key, ours in _NUMBERS.items():
            if key in knobs and key in scenario:
                converted[ours] = scenario.number(key)
        for key, ours in DURATIONS.items():
            if (key in knobs or key in _COMMON) and key in scenario:
                converted[ours] = scenario.seconds(key)
        if "stages" in knobs:
            converted["stages"] = _stages(scenario)
        converted["exec"] = scenario.text("exec", _DEFAULT)
        tags = scenario.texts("tags")
        if tags:
            converted["tags"] = {key: _literal(value) for key, value in tags.items()}
        inner = scenario.raw("options", {})
        if isinstance(inner, dict) and "browser" in inner:
            scenario.wrong("options", "loadr has no browser scenarios")
    return converted


def _stages(scenario: OptionReader) -> list[dict[str, Any]]:
    stages = []
    for index, _ in enumerate(scenario.items("stages")):
        stage = scenario.inner("stages", index)
        if stage is not None:
            with stage.all_known():
                stages.append(
                    {"duration": stage.seconds("duration", 0.0), "target": stage.number("target", 0)}
                )
    return stages


def _literal(text: str) -> str:
    """A text that is no template."""
    return text.replace("${", "$${")
