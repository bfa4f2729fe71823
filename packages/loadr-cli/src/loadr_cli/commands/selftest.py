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
from loadr_cli.printing import put
from loadr_cli.running import Presentation, run_plan
from loadr_cli.trust import RateStep, as_data, as_text, step_of, timing_of, trusted_rate
from loadr_config.dump import data_to_yaml
from loadr_config.summary import Summary

_SHOWN: Final = "<selftest>"
_RATES: Final = (100, 250, 500, 1_000, 1_500, 2_000, 3_000)
_QUICK_RATES: Final = (50, 200)
_DELAY_MS: Final = 20
_STALL_MS: Final = 100
_STALLED_RATE: Final = 20  # due every 50 ms: a request waits longer than the one before it


@dataclass(frozen=True, slots=True)
class _Keeper(Presentation):
    """Shows nothing, keeps the summary."""

    kept: list[Summary] = field(default_factory=list)

    def show(self, summary: Summary) -> None:
        self.kept.append(summary)


@click.command()
@click.option("--quick", is_flag=True, help="About 10 seconds, low rates alone.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="As what the result is written.",
)
def selftest(form: str, *, quick: bool) -> None:
    """Measure this machine's timing error, and up to which rate its numbers are to be trusted.

    Loads a target of its own with known delays for about 30 seconds. Exits with 1 when not even the lowest
    rate is to be trusted.
    """
    seconds = 1 if quick else 2
    with reported(), running_target() as target:
        steady = _run(f"{target.url}/delay/{_DELAY_MS}", seconds, rate=50, pre_allocated_vus=20)
        stalled = _run(
            f"{target.url}/delay/{_STALL_MS}",
            seconds,
            rate=_STALLED_RATE,
            pre_allocated_vus=1,
            when_busy="wait",
        )
        steps: list[RateStep] = []
        for rate in _QUICK_RATES if quick else _RATES:
            steps.append(step_of(rate, _run(f"{target.url}/json", seconds, rate=rate, pre_allocated_vus=100)))
            if steps[-1].doubts:
                break
    timing = timing_of(steady, stalled, delay=_DELAY_MS, stall=_STALL_MS, gap=1000 / _STALLED_RATE)
    put(json.dumps(as_data(timing, steps), indent=2) if form == "json" else as_text(timing, steps))
    sys.exit(1 if trusted_rate(steps) is None else 0)


def _run(url: str, seconds: int, **knobs: Any) -> Summary:
    """Load a URL at a rate, from one worker."""
    scenario = {
        "executor": "constant-arrival-rate",
        "duration": f"{seconds}s",
        **knobs,
        "flow": [{"request": {"url": url}}],
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
