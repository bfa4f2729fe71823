"""Options of `loadr run` that change what a plan or a script says beside its load; k6's names for them.

A script gets them as its own options, which win over what it exports, and so finds them in `exec.test.options`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, TypeVar

import click

from loadr_cli.overrides import OverrideError
from loadr_config.models import TestPlan, Throttle
from loadr_core.setup_data import OncePart

_Done = TypeVar("_Done")

_USER_AGENT: Final = "user-agent"


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """What was given on the command line.

    Attributes:
        no_setup: whether setup is left out, that of a script too.
        no_teardown: the same of teardown.
        no_thresholds: whether nothing is judged.
        rps: the most requests per second.
        user_agent: the field of every request.
        insecure_skip_tls_verify: whether certificates are taken as they are.
        max_redirects: how many redirects are followed.
        no_connection_reuse: whether every request opens a connection of its own.
        discard_response_bodies: whether bodies that nothing needs are dropped.
    """

    no_setup: bool = False
    no_teardown: bool = False
    no_thresholds: bool = False
    rps: float | None = None
    user_agent: str | None = None
    insecure_skip_tls_verify: bool = False
    max_redirects: int | None = None
    no_connection_reuse: bool = False
    discard_response_bodies: bool = False

    @property
    def skipped(self) -> frozenset[OncePart]:
        """The parts that do not run."""
        parts: dict[OncePart, bool] = {"setup": self.no_setup, "teardown": self.no_teardown}
        return frozenset(part for part, is_skipped in parts.items() if is_skipped)

    def as_options(self) -> dict[str, Any]:
        """The same for a script, in k6's terms: all but what k6 has as a flag alone."""
        options = {
            "noSetup": self.no_setup or None,
            "noTeardown": self.no_teardown or None,
            "rps": self.rps,
            "userAgent": self.user_agent,
            "insecureSkipTLSVerify": self.insecure_skip_tls_verify or None,
            "maxRedirects": self.max_redirects,
            "noConnectionReuse": self.no_connection_reuse or None,
            "discardResponseBodies": self.discard_response_bodies or None,
        }
        return {key: value for key, value in options.items() if value is not None}

    def judged(self, plan: TestPlan) -> TestPlan:
        """A plan with the thresholds that are to be judged."""
        return plan.model_copy(update={"thresholds": ()}) if self.no_thresholds else plan

    def apply(self, plan: TestPlan) -> TestPlan:
        """The plan as it is to run.

        Raises:
            OverrideError: `--rps`, and there are several scenarios.
        """
        plan, changed = self.judged(plan), dict[str, Any]()
        http = self._http(plan)
        if http:
            defaults = plan.defaults
            changed["defaults"] = defaults.model_copy(update={"http": defaults.http.model_copy(update=http)})
        if self.rps is not None:
            changed["scenarios"] = self._throttled(plan, self.rps)
        return plan.model_copy(update=changed) if changed else plan

    def _http(self, plan: TestPlan) -> dict[str, Any]:
        http = plan.defaults.http
        changed: dict[str, Any] = {}
        if self.user_agent is not None:
            others = {name: value for name, value in http.headers.items() if name.lower() != _USER_AGENT}
            changed["headers"] = {**others, "User-Agent": self.user_agent.replace("${", "$${")}
        if self.insecure_skip_tls_verify:
            changed["tls"] = http.tls.model_copy(update={"insecure_skip_verify": True})
        if self.max_redirects is not None:
            changed |= {"max_redirects": self.max_redirects, "follow_redirects": self.max_redirects > 0}
        if self.no_connection_reuse:
            changed["keep_alive"] = False
        if self.discard_response_bodies:
            changed["discard_response_bodies"] = True
        return changed

    def _throttled(self, plan: TestPlan, rps: float) -> dict[str, Any]:
        if len(plan.scenarios) > 1:
            raise OverrideError(
                f"--rps bounds one scenario, but there are several: {', '.join(plan.scenarios)}",
                "choose one with --scenario NAME, or give each a throttle in the plan",
            )
        throttle = Throttle(requests_per_second=rps)
        return {
            name: scenario.model_copy(update={"throttle": throttle})
            for name, scenario in plan.scenarios.items()
        }


_OPTIONS: Final = (
    click.option("--no-setup", is_flag=True, envvar="LOADR_NO_SETUP", help="Without the setup."),
    click.option("--no-teardown", is_flag=True, envvar="LOADR_NO_TEARDOWN", help="Without the teardown."),
    click.option(
        "--no-thresholds", is_flag=True, envvar="LOADR_NO_THRESHOLDS", help="Without the thresholds."
    ),
    click.option(
        "--rps",
        type=click.FloatRange(min=0, min_open=True),
        metavar="RATE",
        envvar="LOADR_RPS",
        help="Most requests per second.",
    ),
    click.option(
        "--user-agent", metavar="TEXT", envvar="LOADR_USER_AGENT", help="User-Agent of every request."
    ),
    click.option(
        "--insecure-skip-tls-verify",
        is_flag=True,
        envvar="LOADR_INSECURE_SKIP_TLS_VERIFY",
        help="Take any certificate.",
    ),
    click.option(
        "--max-redirects",
        type=click.IntRange(min=0),
        metavar="N",
        envvar="LOADR_MAX_REDIRECTS",
        help="Redirects that are followed; 0: none.",
    ),
    click.option(
        "--no-connection-reuse",
        is_flag=True,
        envvar="LOADR_NO_CONNECTION_REUSE",
        help="A connection for every request.",
    ),
    click.option(
        "--discard-response-bodies",
        is_flag=True,
        envvar="LOADR_DISCARD_RESPONSE_BODIES",
        help="Drop bodies that nothing needs.",
    ),
)


def changes_the_plan(command: Callable[..., _Done]) -> Callable[..., _Done]:
    """Give a command the options above; it gets them as one argument, `changes`."""

    @wraps(command)
    def with_changes(*given: Any, **named: Any) -> _Done:
        own = {field: named.pop(field) for field in PlanChanges.__slots__}
        return command(*given, changes=PlanChanges(**own), **named)

    function: Callable[..., _Done] = with_changes
    for option in reversed(_OPTIONS):
        function = option(function)
    return function
