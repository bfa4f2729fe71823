"""`loadr quick`."""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import click

from loadr_cli.failures import fail, reported
from loadr_cli.files import write
from loadr_cli.keeping import Keeping, stores_runs
from loadr_cli.loading import accepted, load_text
from loadr_cli.parameters import DURATION, WORKERS
from loadr_cli.printing import put
from loadr_cli.quick_plan import (
    DEFAULT_CONNECTIONS,
    QuickRequest,
    quick_document,
    split_header,
    url_problem,
)
from loadr_cli.running import Presentation, run_plan
from loadr_config.dump import data_to_yaml
from loadr_config.summary import Summary
from loadr_report import summary_text
from loadr_report.console.quick import LATENCIES, render_quick

_SHOWN: Final = "<quick>"

_HELP: Final = """Load one URL without a plan.

Sends requests over -c connections for -z seconds, or until -n are sent; with --rate so many a second,
whatever the target does. URL, headers and body may use templates: ${iteration}, ${vu}, ${env.NAME}.
"""

_EPILOG: Final = """\b
Examples:
  loadr quick http://127.0.0.1:8080/ -c 20 -z 30s
  loadr quick http://127.0.0.1:8080/ -n 1000 --latency
  loadr quick http://127.0.0.1:8080/ --rate 500 -z 1m --save-plan plan.yaml
  loadr quick https://127.0.0.1:8443/orders -k -H 'Content-Type: application/json' -d '{"id": 7}'
Exit codes are those of `loadr run`.
"""

_HEAD: Final = """\
# Made by `loadr quick`; `loadr run {name}` runs it.
"""


@dataclass(frozen=True, slots=True)
class QuickPresentation(Presentation):
    """A compact result, or the summary as JSON.

    Attributes:
        percentiles: whether a table of percentiles is shown.
        form: as what the result is written.
    """

    percentiles: bool = False
    form: Literal["text", "json"] = "text"

    @property
    def live_histograms(self) -> tuple[str, ...]:
        """The latency that counts is drawn while the run goes on."""
        is_drawn = not self.quiet and self.console(stderr=True).is_terminal
        return LATENCIES if is_drawn else ()

    def render(self, summary: Summary) -> None:
        """Put the result on standard output."""
        if self.form == "json":
            put(summary_text(summary))
        else:
            render_quick(summary, self.console(stderr=False), percentiles=self.percentiles)


@click.command(help=_HELP, epilog=_EPILOG)
@click.argument("url", metavar="URL")
@click.option(
    "-c",
    "--connections",
    type=click.IntRange(min=1),
    default=DEFAULT_CONNECTIONS,
    show_default=True,
    metavar="N",
    help="Connections, each a virtual user's.",
)
@click.option("-z", "--duration", type=DURATION, help="How long: 30s, 1m. 10s when -n is not given either.")
@click.option("-n", "--requests", type=click.IntRange(min=1), metavar="N", help="How many requests in all.")
@click.option(
    "--rate",
    type=click.FloatRange(min=0, min_open=True),
    metavar="N",
    help="Requests a second, whatever the target does; latency counts from when each was due.",
)
@click.option(
    "-H", "--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="A header; repeatable."
)
@click.option("-m", "--method", metavar="METHOD", help="GET, or POST with a body, unless given.")
@click.option("-d", "--data", "body", metavar="TEXT", help="The body.")
@click.option(
    "-D",
    "--data-file",
    "body_file",
    type=click.Path(exists=True, dir_okay=False, readable=True),
    metavar="FILE",
    help="The body, from a file.",
)
@click.option("--http2", is_flag=True, help="HTTP/2; over http:// with prior knowledge.")
@click.option("-k", "--insecure", is_flag=True, help="Accept any certificate.")
@click.option("--timeout", type=DURATION, help="Longest time of a request; 30s unless given.")
@click.option("--latency", is_flag=True, help="Show a table of percentiles.")
@click.option(
    "--workers",
    type=WORKERS,
    default="auto",
    metavar="N|auto",
    help="Worker processes; auto: one, or one per core where the load needs more.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="As what the result is written; json is the document of `run --summary-export`.",
)
@click.option(
    "--save-plan",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the same as a plan, too.",
)
@stores_runs
@click.option("-q", "--quiet", is_flag=True, help="Neither progress nor result.")
@click.option("--no-color", is_flag=True, help="No colours; NO_COLOR has the same effect.")
def quick(
    url: str,
    connections: int,
    duration: float | None,
    requests: int | None,
    rate: float | None,
    headers: tuple[str, ...],
    method: str | None,
    body: str | None,
    body_file: str | None,
    timeout: float | None,
    workers: int | None,
    form: Literal["text", "json"],
    save_plan: Path | None,
    store: str,
    keep_runs: int,
    *,
    http2: bool,
    insecure: bool,
    latency: bool,
    quiet: bool,
    no_color: bool,
) -> None:
    """Load one URL."""
    problem = url_problem(url)
    if problem is not None:
        message, hint = problem
        fail(message, click.UsageError.exit_code, hint=hint)
    if body is not None and body_file is not None:
        raise click.UsageError("a request has one body: -d or -D")
    asked = QuickRequest(
        url=url,
        connections=connections,
        duration=duration,
        requests=requests,
        rate=rate,
        headers=_headers(headers),
        method=method,
        body=body,
        body_file=body_file,
        http2=http2,
        timeout=timeout,
        insecure=insecure,
    )
    environment = dict(os.environ)
    with reported():
        loaded = accepted(load_text(_SHOWN, data_to_yaml(quick_document(asked)), environment), environment)
        if save_plan is not None:
            _save(asked, save_plan)
        exit_code = run_plan(
            loaded.require(),
            folder=loaded.folder,
            environment=environment,
            workers=workers,
            seed=None,
            tags={},
            outputs=(),
            presentation=QuickPresentation(quiet=quiet, color=not no_color, percentiles=latency, form=form),
            keeping=Keeping.at(store, keep_runs),
        )
    sys.exit(exit_code)


def _headers(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The headers, each once: a plan has one value for each.

    Raises:
        click.BadParameter: one is no header, or is given twice.
    """
    headers: dict[str, tuple[str, str]] = {}
    for text in texts:
        header = split_header(text)
        if header is None:
            raise click.BadParameter(f"{text!r} is not 'Name: value'", param_hint="-H")
        if header[0].lower() in headers:
            raise click.BadParameter(f"{header[0]!r} is given twice", param_hint="-H")
        headers[header[0].lower()] = header
    return tuple(headers.values())


def _save(asked: QuickRequest, file: Path) -> None:
    """Write the plan; what it names is found from its folder."""
    if file.exists():
        fail(f"{file} would be overwritten", hint="remove it, or choose another name for --save-plan")
    if asked.body_file is not None:
        asked = replace(asked, body_file=_found_from(file.parent, asked.body_file))
    write(file, (_HEAD.format(name=file.name) + data_to_yaml(quick_document(asked))).encode())
    click.echo(f"wrote {file}", err=True)


def _found_from(folder: Path, file: str) -> str:
    """The path of a file from a folder, with slashes on every system; the whole one where it is on another drive."""
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:
        return Path(file).absolute().as_posix()
