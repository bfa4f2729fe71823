"""`loadr demo` and `loadr demo-target`."""

import os
import sys
from contextlib import ExitStack, contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from loadr_cli.failures import fail, reported
from loadr_cli.loading import read_plan
from loadr_cli.running import Presentation, run_plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loadr_testing.demo_target import DemoTargetProcess

_NOT_INSTALLED: Final = "the demo target is not installed"
_INSTALL: Final = "pip install 'loadr[demo]'"


@click.command()
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    default=Path("loadr-demo-report.html"),
    show_default=True,
    help="Where the HTML report goes.",
)
@click.option("--no-color", is_flag=True, help="No colours.")
def demo(report: Path, *, no_color: bool) -> None:
    """Run a bundled example for a few seconds against a target of its own."""
    plan = files("loadr_cli") / "demo.yaml"
    with reported(), running_target() as target:
        environment = {**os.environ, "TARGET": target.url}
        click.echo(f"demo target at {target.url}, plan {plan}\n", err=True)
        loaded = read_plan(str(plan), (), environment)
        exit_code = run_plan(
            loaded.require(),
            folder=loaded.folder,
            environment=environment,
            workers=None,
            seed=None,
            tags={},
            outputs=(),
            presentation=Presentation(color=not no_color, html=report),
        )
    if report.exists():
        click.echo(f"\nHTML report: {report.resolve()}")
    sys.exit(exit_code)


@contextmanager
def running_target() -> "Iterator[DemoTargetProcess]":
    """A demo target in a process of its own; says what to install when it is missing."""
    try:
        from loadr_testing.demo_target import DemoTargetProcess  # noqa: PLC0415 - an extra
        from loadr_testing.errors import TargetStartError  # noqa: PLC0415 - an extra
    except ImportError:
        fail(_NOT_INSTALLED, hint=_INSTALL)
    with ExitStack() as stack:
        try:
            target = stack.enter_context(DemoTargetProcess())
        except TargetStartError as error:
            fail(str(error))
        yield target


@click.command(name="demo-target")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="Port; 0 chooses a free one.",
)
def demo_target(host: str, port: int) -> None:
    """Serve the demo target until Ctrl-C."""
    try:
        from loadr_testing.demo_target import serve  # noqa: PLC0415 - an extra
    except ImportError:
        fail(_NOT_INSTALLED, hint=_INSTALL)
    try:
        serve(host, port, lambda target: click.echo(f"demo target at {target.url}, Ctrl-C ends it"))
    except OSError as error:
        fail(
            f"cannot listen on {host}:{port}: {error.strerror or error}",
            hint="--port 0 chooses a free port",
        )
