"""Requests that cannot be sent as they are written, and words in them that have no effect."""

from loadr_config._tree.nodes import Path
from loadr_config._validation.suggestions import did_you_mean
from loadr_config.checks._walk import models_in
from loadr_config.checks.context import CheckContext, Report
from loadr_config.models import Request, TestPlan
from loadr_config.models._base import is_set
from loadr_config.protocols import ALIASES, BLOCK_PROTOCOLS, SCHEMES, protocol_of, scheme_of


def check_requests(plan: TestPlan, report: Report, context: CheckContext) -> None:
    """Report relative URLs without a base, unknown schemes, blocks of another protocol, idle keys."""
    base_url = plan.defaults.http.base_url
    schemes = dict(context.installed.schemes) if context.installed else {}
    for path, model in models_in(plan):
        if isinstance(model, Request):
            _check_url(model, path, base_url, schemes, report)
            _check_block(model, path, base_url, schemes, report)
            for index, condition in enumerate(model.checks):
                if is_set(condition, "on_failure"):
                    report.warning(
                        (*path, "checks", index, "on_failure"),
                        '"on_failure" has no effect in a check: it is only counted',
                        suggestion='move the condition to "assert"',
                        on_key=True,
                    )


def _check_url(
    request: Request, path: Path, base_url: str | None, schemes: dict[str, str], report: Report
) -> None:
    scheme = scheme_of(request.url)
    if scheme is None:
        if (
            base_url is None
            and not request.url.lstrip().startswith("${")
            and request.protocol in {None, "http"}
            and report.is_known(("defaults", "http", "base_url"))
        ):
            report.error(
                (*path, "url"),
                f'"{request.url}" is relative, and there is no base URL',
                suggestion='set "defaults.http.base_url", or begin the URL with http:// or https://',
            )
    elif request.protocol is None and scheme not in SCHEMES and scheme not in schemes:
        hint = did_you_mean(scheme, [*SCHEMES, *schemes], '"{}://"')
        report.warning((*path, "url"), f'no installed protocol has the scheme "{scheme}://"', suggestion=hint)


def _check_block(
    request: Request, path: Path, base_url: str | None, schemes: dict[str, str], report: Report
) -> None:
    if request.protocol is None:
        return
    protocol = protocol_of(request, base_url, schemes)
    for block, protocols in BLOCK_PROTOCOLS.items():
        if getattr(request, block) is not None and protocol in ALIASES.values() and protocol not in protocols:
            report.error(
                (*path, block),
                f'the block "{block}" belongs to {" and ".join(protocols)}, not to {protocol}',
                on_key=True,
            )
