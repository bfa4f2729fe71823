"""Loading the plans that the command line names."""

import logging
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from loadr_cli.findings import masked
from loadr_cli.script_files import engine_of
from loadr_config import Diagnostic, LoadedPlan, PlanError, Severity, load_plan, render_all
from loadr_config.secrets import Masker, SecretError, resolve_secrets
from loadr_core.checking import check_extensions
from loadr_core.plugins import Catalog

if TYPE_CHECKING:
    from loadr_config.models import Secret

_LOG = logging.getLogger(__name__)

STDIN: Final = "-"
_SHOWN: Final = "<stdin>"
_MOST: Final = 10_000_001
"""Bytes taken from standard input: one more than a plan may have, so that the loader can refuse it."""


def load(
    name: str,
    overlays: Sequence[str],
    environment: Mapping[str, str],
    *,
    check_files: bool = True,
    options: Mapping[str, Any] | None = None,
) -> LoadedPlan:
    """Load a plan, right or wrong, and have the installed extensions look at it; `-` is standard input.

    A script is loaded as the plan that it asks for. Nothing is raised for a wrong plan: what is wrong is a
    finding.

    Args:
        name: the plan's or script's file.
        overlays: names of overlays.
        environment: `${env.X}`, and a script's environment.
        check_files: whether files that the plan names are looked at.
        options: options of the command line for a script, in its own terms.

    Raises:
        LoadrError: a script cannot be loaded.
    """
    if engine_of(name) is not None:
        from loadr_cli.scripts import load_script  # noqa: PLC0415 - 15 ms, half of them for the report

        return load_script(name, environment, options or {})
    _LOG.info("reading the plan from %s", _SHOWN if name == STDIN else name)
    text: str | None = None
    if name == STDIN:
        # None: Python was started with its standard input closed.
        content = b"" if sys.stdin is None else sys.stdin.buffer.read(_MOST)
        if (wrong := _not_utf8(content)) is not None:
            return LoadedPlan(None, (wrong,), Path(_SHOWN), Path.cwd())
        text = content.decode("utf-8-sig", "replace")
    shown = _SHOWN if name == STDIN else name
    return _checked(shown, text, overlays, environment, check_files=check_files)


def load_text(shown: str, text: str, environment: Mapping[str, str]) -> LoadedPlan:
    """Load a plan from its text; relative paths start in the current folder.

    Args:
        shown: what diagnostics call it.
        text: the plan.
        environment: `${env.X}`.
    """
    return _checked(shown, text, (), environment, check_files=True)


def _checked(
    shown: str,
    text: str | None,
    overlays: Sequence[str],
    environment: Mapping[str, str],
    *,
    check_files: bool,
) -> LoadedPlan:
    catalog = Catalog.read()
    loaded = load_plan(
        shown,
        text=text,
        overlay=overlays,
        environment=environment,
        check_files=check_files,
        installed=catalog.installed(),
    )
    return check_extensions(loaded, catalog, environment, check_files=check_files)


def read_plan(
    name: str,
    overlays: Sequence[str],
    environment: Mapping[str, str],
    options: Mapping[str, Any] | None = None,
) -> LoadedPlan:
    """Load a plan or script that is to run, and show its warnings.

    Raises:
        PlanError: it has errors.
        LoadrError: a script cannot be loaded.
    """
    return accepted(load(name, overlays, environment, options=options), environment)


def accepted(loaded: LoadedPlan, environment: Mapping[str, str]) -> LoadedPlan:
    """Show the warnings of a plan that is to run.

    Raises:
        PlanError: it has errors.
    """
    shown = tuple(masked(loaded.diagnostics, masker_of(loaded, environment)))
    if loaded.plan is None:
        raise PlanError(shown)
    if shown:
        click.echo(render_all(shown), err=True)
    return loaded


def _not_utf8(content: bytes) -> Diagnostic | None:
    """What is wrong with the encoding; where too much was read, only the size matters."""
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(content) == _MOST:
            return None
        before = content[: error.start].decode("utf-8-sig", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = f"byte 0x{content[error.start]:02X} is not UTF-8"
        return Diagnostic(_SHOWN, Severity.ERROR, line, column, "", message, "save the plan as UTF-8")
    return None


def masker_of(loaded: LoadedPlan, environment: Mapping[str, str]) -> Masker:
    """What hides the values of the plan's secrets; those that cannot be had need no hiding."""
    secrets = {} if loaded.whole is None else loaded.whole.secrets
    return Masker(_values(secrets, environment, loaded.folder))


def _values(secrets: "Mapping[str, Secret]", environment: Mapping[str, str], folder: Path) -> Iterable[str]:
    for name, secret in secrets.items():
        try:
            yield from resolve_secrets({name: secret}, environment, folder).values()
        except SecretError:
            continue  # unset or unreadable: nobody can have written its value
