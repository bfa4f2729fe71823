"""`loadr run`."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import click

from loadr_cli.assignments import assignments, overlays_and_variables
from loadr_cli.comparing import FAIL_ON, Baseline, FailOn, runs_named
from loadr_cli.failures import reported
from loadr_cli.k6_options import CommandWithHints, unread_variables
from loadr_cli.keeping import Keeping, stores_runs
from loadr_cli.loading import read_plan
from loadr_cli.logs import set_up_logging
from loadr_cli.overrides import Overrides
from loadr_cli.parameters import ADDRESS, DURATION, ENVIRONMENT_OPTION, STAGE, WORKERS
from loadr_cli.plan_changes import PlanChanges, changes_the_plan
from loadr_cli.running import Presentation, output_requests, run_plan
from loadr_cli.script_files import engine_of
from loadr_cli.selection import Selection, described, listed
from loadr_cli.serving import Steering
from loadr_core.tracing import WireDebug

_HELP: Final = """Run PLAN: a YAML file, a script as k6 has them (.js, .ts), or - for standard input.

Progress goes to standard error, the summary to standard output. Every option can also be set in the
environment: --vus as LOADR_VUS, --no-color as LOADR_NO_COLOR; a repeatable one as words.
"""

_MOST_EXCHANGES: Final = 100

# Drawn as it stands: that is what \b means to click.
_EXIT_CODES: Final = """\b
Exit codes:
  0    passed
  1    error: a wrong plan, a file, not one iteration completed
  2    wrong usage of the command line
  98   --strict, and the generator is suspect or a threshold has no samples
  99   thresholds failed, or worse than --baseline
  105  stopped early by a signal or by control
  107  setup failed, or a script outside of its iterations
  108  aborted by the test (on_failure: abort_test)
  110  marked as failed by a script (exec.test.fail)
  130  interrupted twice
Where several apply: 130, 1, 107, 108, 110, 99, 105, 98.
"""


@click.command(cls=CommandWithHints, help=_HELP, epilog=_EXIT_CODES)
@click.argument("plan", type=str, metavar="PLAN")
@click.option(
    "-u",
    "--vus",
    type=click.IntRange(min=1),
    metavar="N",
    envvar="LOADR_VUS",
    help="VUs instead of the plan's.",
)
@click.option(
    "-d",
    "--duration",
    type=DURATION,
    envvar="LOADR_DURATION",
    help="Duration instead of the plan's: 30s, 1h30m.",
)
@click.option(
    "-i",
    "--iterations",
    type=click.IntRange(min=1),
    metavar="N",
    envvar="LOADR_ITERATIONS",
    help="Iterations instead of the plan's.",
)
@click.option(
    "-s",
    "--stage",
    "stages",
    type=STAGE,
    multiple=True,
    metavar="DURATION:VUS",
    envvar="LOADR_STAGE",
    help="Stages instead of the plan's: 30s:10; repeatable.",
)
@changes_the_plan
@click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="NAME",
    envvar="LOADR_SCENARIO",
    help="Run only this one; repeatable.",
)
@click.option(
    "--tags",
    "wanted_tags",
    multiple=True,
    metavar="VALUE,...",
    envvar="LOADR_TAGS",
    help="Run only scenarios of which a tag has one of these values.",
)
@click.option(
    "--exclude-tags",
    multiple=True,
    metavar="VALUE,...",
    envvar="LOADR_EXCLUDE_TAGS",
    help="Run no scenario of which a tag has one of these values.",
)
@click.option(
    "--tag",
    "tags",
    multiple=True,
    metavar="KEY=VALUE",
    envvar="LOADR_TAG",
    help="Tag of all samples; repeatable.",
)
@ENVIRONMENT_OPTION
@click.option(
    "--workers",
    type=WORKERS,
    default="auto",
    metavar="N|auto",
    envvar="LOADR_WORKERS",
    help="Worker processes; auto: one, or one per core where the plan needs more.",
)
@click.option(
    "--once",
    is_flag=True,
    envvar="LOADR_ONCE",
    help="One iteration of each scenario, here and now, with a trace of every step.",
)
@click.option(
    "--http-debug",
    type=click.Choice(["head", "full"]),
    is_flag=False,
    flag_value="head",
    envvar="LOADR_HTTP_DEBUG",
    help="Show the first 100 requests and responses as they went; full: with bodies.",
)
@click.option(
    "-p",
    "--paused",
    is_flag=True,
    envvar="LOADR_PAUSED",
    help="Wait for `loadr ctl resume` before it begins.",
)
@click.option(
    "--control",
    type=ADDRESS,
    metavar="HOST:PORT",
    envvar="LOADR_CONTROL",
    help="Listen there for `loadr ctl --address`; token in LOADR_CONTROL_TOKEN.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    metavar="NUMBER",
    envvar="LOADR_SEED",
    help="Repeat the random choices of a run.",
)
@click.option(
    "-o",
    "--output",
    "--out",
    "outputs",
    multiple=True,
    metavar="NAME=VALUE",
    envvar="LOADR_OUTPUT",
    help="Where samples go; repeatable.",
)
@click.option(
    "--summary-export",
    type=click.Path(path_type=Path),
    metavar="FILE",
    envvar="LOADR_SUMMARY_EXPORT",
    help="Write the summary as JSON.",
)
@click.option(
    "--html",
    type=click.Path(path_type=Path),
    metavar="FILE",
    envvar="LOADR_HTML",
    help="Write a report as one HTML file.",
)
@click.option(
    "--junit",
    type=click.Path(path_type=Path),
    metavar="FILE",
    envvar="LOADR_JUNIT",
    help="Write thresholds and checks as JUnit XML.",
)
@click.option(
    "--markdown",
    type=click.Path(path_type=Path),
    metavar="FILE",
    envvar="LOADR_MARKDOWN",
    help="Write the summary as Markdown, for a pull request.",
)
@stores_runs
@click.option(
    "--baseline",
    metavar="ID,...",
    envvar="LOADR_BASELINE",
    help="Compare with this run when it is over; several with commas.",
)
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    default="worse",
    show_default=True,
    envvar="LOADR_FAIL_ON",
    help="With --baseline: exit with 99 when the run is worse; inconclusive: also when that cannot be told.",
)
@click.option(
    "--strict",
    is_flag=True,
    envvar="LOADR_STRICT",
    help="Exit with 98 when the generator is suspect, or a threshold has no samples.",
)
@click.option("-q", "--quiet", is_flag=True, envvar="LOADR_QUIET", help="Neither progress nor summary.")
@click.option(
    "--no-color", is_flag=True, envvar="LOADR_NO_COLOR", help="No colours; NO_COLOR has the same effect."
)
@click.option(
    "-v", "--verbose", count=True, envvar="LOADR_VERBOSE", help="Log to standard error; -vv logs more."
)
def run(
    plan: str,
    vus: int | None,
    duration: float | None,
    iterations: int | None,
    stages: tuple[tuple[tuple[float, int], ...], ...],
    scenarios: tuple[str, ...],
    wanted_tags: tuple[str, ...],
    exclude_tags: tuple[str, ...],
    tags: tuple[str, ...],
    environment: tuple[str, ...],
    workers: int | None,
    control: tuple[str, int] | None,
    seed: int | None,
    outputs: tuple[str, ...],
    summary_export: Path | None,
    html: Path | None,
    junit: Path | None,
    markdown: Path | None,
    store: str,
    keep_runs: int,
    baseline: str | None,
    fail_on: FailOn,
    http_debug: str | None,
    *,
    changes: PlanChanges,
    once: bool,
    paused: bool,
    strict: bool,
    quiet: bool,
    no_color: bool,
    verbose: int,
) -> None:
    """Run a plan."""
    if once:
        _refuse_beside_once(
            {
                "--vus": vus,
                "--duration": duration,
                "--iterations": iterations,
                "--stage": stages,
                "--workers": workers,
                "--control": control,
                "--output": outputs,
                "--summary-export": summary_export,
                "--html": html,
                "--junit": junit,
                "--markdown": markdown,
                "--baseline": baseline,
                "--paused": paused,
                "--strict": strict,
            }
        )
    set_up_logging(verbose)
    overlays, variables = overlays_and_variables(environment)
    own_tags, requested = assignments(tags, "--tag"), output_requests(outputs)
    overrides = Overrides(vus, duration, iterations, tuple(stage for given in stages for stage in given))
    selection = Selection(scenarios, listed(wanted_tags), listed(exclude_tags))
    everything = {**os.environ, **variables}
    with reported():
        is_script = engine_of(plan) is not None
        for unread in unread_variables(os.environ) if is_script else ():
            click.echo(f"warning: {unread}", err=True)
        # A script's own execution is replaced as k6 does it, before it becomes a plan.
        options = {**changes.as_options(), **overrides.as_options()} if is_script else None
        loaded = read_plan(plan, overlays, everything, options)
        selected = selection.apply(loaded.require(), everything)
        changed = changes.judged(selected) if is_script else changes.apply(selected)
        if selection.is_given and not quiet:
            click.echo(described(selected, loaded.require()), err=True)
        debug = http_debug or loaded.http_debug
        wire = None if debug is None else WireDebug(_MOST_EXCHANGES, bodies=debug == "full")
        if once:
            from loadr_cli.rehearsing import run_once  # noqa: PLC0415 - the engine, which a coordinator does without

            exit_code = run_once(
                changed,
                folder=loaded.folder,
                environment=everything,
                seed=seed,
                tags=own_tags,
                wire=wire,
                color=not no_color,
                quiet=quiet,
                skipped=changes.skipped,
                code_places=loaded.code_places(),
            )
            sys.exit(exit_code)
        exit_code = run_plan(
            changed if is_script else overrides.apply(changed),
            folder=loaded.folder,
            environment=everything,
            workers=workers,
            seed=seed,
            tags=own_tags,
            outputs=requested,
            presentation=Presentation(
                quiet=quiet,
                color=not no_color,
                summary_export=summary_export,
                html=html,
                junit=junit,
                markdown=markdown,
            ),
            steering=Steering(paused, control),
            strict=strict,
            wire=wire,
            skipped=changes.skipped,
            code_places=loaded.code_places(),
            keeping=Keeping.at(store, keep_runs),
            baseline=None if baseline is None else Baseline(runs_named(baseline, store), fail_on),
        )
    sys.exit(exit_code)


def _refuse_beside_once(given: Mapping[str, object]) -> None:
    """A rehearsal has neither load nor summary.

    Args:
        given: options that mean nothing to it, and their values.

    Raises:
        click.UsageError: one was given.
    """
    used = [option for option, value in given.items() if value]
    if used:
        raise click.UsageError(f"--once measures nothing: it goes without {', '.join(used)}")
