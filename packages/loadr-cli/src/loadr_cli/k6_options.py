"""Options of `k6 run` that `loadr run` has not: what to use instead. Pure."""

from collections.abc import Mapping
from typing import Final

import click

_SCRIPT: Final = "set options.{} in the script"
_HTTP: Final = "set {} under defaults.http in a plan, or options.{} in a script"

INSTEAD: Final[Mapping[str, str]] = {
    "--address": "use --control HOST:PORT",
    "--batch": _SCRIPT.format("batch"),
    "--batch-per-host": _SCRIPT.format("batchPerHost"),
    "--blacklist-ip": _HTTP.format("blocked_addresses", "blacklistIPs"),
    "--block-hostnames": _HTTP.format("blocked_hosts", "blockHostnames"),
    "--compatibility-mode": "it is not needed: loadr's engine knows the language of today",
    "--config": "loadr has no configuration file: every option can be set as LOADR_…, and a plan has overlays",
    "--console-output": "redirect standard error: loadr run … 2>console.log",
    "--dns": _HTTP.format("dns", "dns"),
    "--execution-segment": "use --workers to share a run among processes",
    "--execution-segment-sequence": "use --workers to share a run among processes",
    "--include-system-env-vars": "scripts and plans always see the environment of the command",
    "--linger": "loadr ends when the run has ended; --paused waits before it begins",
    "--local-ips": _HTTP.format("local_ips", "localIPs"),
    "--log-format": "redirect standard error",
    "--log-output": "redirect standard error",
    "--min-iteration-duration": _SCRIPT.format("minIterationDuration"),
    "--no-summary": "use --quiet; --summary-export FILE still writes the summary",
    "--no-usage-report": "it is not needed: loadr reports to nobody",
    "--no-vu-connection-reuse": _SCRIPT.format("noVUConnectionReuse"),
    "--profiling-enabled": "loadr has no profiler of its own",
    "--secret-source": "name them under `secrets` in a plan",
    "--summary-mode": "use --html FILE or --markdown FILE for the whole summary",
    "--summary-time-unit": "loadr's summary chooses the unit; handleSummary gets options.summaryTimeUnit",
    "--summary-trend-stats": "loadr's summary has them all; set options.summaryTrendStats for handleSummary",
    "--system-tags": "set defaults.system_tags in a plan, or options.systemTags in a script",
    "--throw": _SCRIPT.format("throw"),
    "--traces-output": "set tracing under defaults.http in a plan",
    "--type": "loadr tells scripts from plans by their suffix",
    "-a": "use --control HOST:PORT",
    "-c": "loadr has no configuration file: every option can be set as LOADR_…, and a plan has overlays",
    "-l": "loadr ends when the run has ended; --paused waits before it begins",
    "-t": "loadr tells scripts from plans by their suffix",
    "-w": _SCRIPT.format("throw"),
}


# k6's variables that loadr has under a name of its own.
_VARIABLES: Final[Mapping[str, str]] = {
    **{
        f"K6_{name}": f"LOADR_{name}"
        for name in (
            "DISCARD_RESPONSE_BODIES",
            "DURATION",
            "HTTP_DEBUG",
            "INSECURE_SKIP_TLS_VERIFY",
            "ITERATIONS",
            "MAX_REDIRECTS",
            "NO_CONNECTION_REUSE",
            "NO_SETUP",
            "NO_TEARDOWN",
            "NO_THRESHOLDS",
            "PAUSED",
            "RPS",
            "SUMMARY_EXPORT",
            "USER_AGENT",
            "VUS",
        )
    },
    "K6_OUT": "LOADR_OUTPUT",
    "K6_STAGES": "LOADR_STAGE",
}


def unread_variables(environment: Mapping[str, str]) -> list[str]:
    """What somebody has to know who has set options of k6 in the environment, a line each."""
    return [
        f"{theirs} has no effect: loadr reads {ours}"
        for theirs, ours in _VARIABLES.items()
        if environment.get(theirs) and not environment.get(ours)
    ]


class CommandWithHints(click.Command):
    """A command that answers an option of k6 with what to use instead."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the command line.

        Raises:
            click.UsageError: it is wrong.
        """
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            instead = INSTEAD.get(error.option_name)
            if instead is None:
                raise
            message = f"loadr has no option {error.option_name}, which is k6's: {instead}"
            raise click.UsageError(message, ctx) from None
