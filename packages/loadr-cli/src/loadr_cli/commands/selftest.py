"""`loadr selftest`."""

import json
import os
import sys
from dataclasses import dataclass, field
from typing import Any, Final

import click

from loadr_cli.commands.demo import running_target
from loadr_cli.failures import fail, reported
from loadr_cli.loading import accepted, load_text
from loadr_cli.parameters import TEXT_OR_JSON
from loadr_cli.printing import put
from loadr_cli.running import Presentation, run_plan
from loadr_cli.trust import RateStep, Slow, as_data, as_text, step_of, timing_of, trusted_rate
from loadr_config.dump import data_to_yaml
from loadr_config.summary import Summary

_SHOWN: Final = "<selftest>"
_RATES: Final = (100, 250, 500, 1_000, 2_000, 3_000, 5_000, 8_000, 12_000, 20_000, 30_000)
_QUICK_RATES: Final = (50, 200)
_DELAY_MS: Final = 20
# Due every 50 ms: a request waits longer than the one before it.
_BUSY: Final = Slow(length=100, gap=50)
# About 50 requests come due while one is late, and find the target as fast as ever.
_STALL: Final = Slow(length=500, gap=10)
_STALLED_ITERATION: Final = 20


@dataclass(frozen=True, slots=True)
class _Keeper(Presentation):
    """Shows nothing, keeps the summary."""

    kept: list[Summary] = field(default_factory=list)

    def show(self, summary: Summary) -> None:
        self.kept.append(summary)


@click.command()
@click.option("--quick", is_flag=True, help="At most 15 seconds, low rates alone.")
@TEXT_OR_JSON
def selftest(form: str, *, quick: bool) -> None:
    """Measure this machine's timing error, and up to which rate its numbers are to be trusted.

    Loads a target of its own with known delays and stalls for at most 45 seconds. Exits with 1 when not even
    the lowest rate is to be trusted.
    """
    seconds = 1 if quick else 2
    with reported(), running_target() as target:
        steady = _run(_get(f"{target.url}/delay/{_DELAY_MS}"), seconds, rate=50, pre_allocated_vus=20)
        busy = _run_alone(_get(f"{target.url}/delay/{_BUSY.length:.0f}"), seconds, _BUSY)
        stall = {
            "condition": f"${{iteration}} == {_STALLED_ITERATION}",
            "then": [_get(f"{target.url}/delay/{_STALL.length:.0f}")],
            "else": [_get(f"{target.url}/json")],
        }
        stalled = _run_alone({"if": stall}, seconds, _STALL)
        steps: list[RateStep] = []
        for rate in _QUICK_RATES if quick else _RATES:
            answer = _run(_get(f"{target.url}/json"), seconds, rate=rate, pre_allocated_vus=100)
            steps.append(step_of(rate, answer))
            if steps[-1].doubts:
                break
    timing = timing_of(steady, busy, stalled, delay=_DELAY_MS, always=_BUSY, once=_STALL)
    put(json.dumps(as_data(timing, steps), indent=2) if form == "json" else as_text(timing, steps))
    sys.exit(1 if trusted_rate(steps) is None else 0)


def _get(url: str) -> dict[str, Any]:
    return {"request": {"url": url}}


def _run_alone(step: dict[str, Any], seconds: int, slow: Slow) -> Summary:
    """Run a step that one VU is too few for."""
    return _run(step, seconds, rate=round(1000 / slow.gap), pre_allocated_vus=1, when_busy="wait")


def _run(step: dict[str, Any], seconds: int, **knobs: Any) -> Summary:
    """Run a step at a rate, in one worker."""
    scenario = {
        "executor": "constant-arrival-rate",
        "duration": f"{seconds}s",
        **knobs,
        "flow": [step],
    }
    document = data_to_yaml({"name": "selftest", "scenarios": {"selftest": scenario}})
    environment = dict(os.environ)
    loaded = accepted(load_text(_SHOWN, document, environment), environment)
    keeper = _Keeper(quiet=True)
    exit_code = run_plan(
        loaded.require(),
        folder=loaded.folder,
        environment=environment,
        workers=1,
        seed=1,
        tags={},
        outputs=(),
        presentation=keeper,
    )
    if exit_code or not keeper.kept:
        fail("the self-test was ended before it was done", exit_code or 1)
    return keeper.kept[0]
