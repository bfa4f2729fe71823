"""`loadr report`."""

import sys
from pathlib import Path
from typing import Final

import click

import loadr_report
from loadr_cli.failures import reported
from loadr_cli.keeping import reads_store, run_file
from loadr_cli.parameters import OUTPUT, form_by_suffix
from loadr_config.summary import Summary
from loadr_report import write_text
from loadr_report.store import read_run

_BY_SUFFIX: Final = {".html": "html", ".htm": "html", ".md": "md", ".xml": "junit", ".txt": "text"}


@click.command()
@click.argument("summary", metavar="SUMMARY|ID")
@reads_store
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "md", "junit", "text"]),
    help="Form of the report; by default that of the output's suffix, else text.",
)
@OUTPUT
def report(summary: str, store: str, form: str | None, output: Path | None) -> None:
    """Render SUMMARY, a file that `run --summary-export` wrote, or a run that is kept (see `loadr runs`).

    Examples: `loadr report summary.json -o report.html`, `loadr report last --format md`.
    """
    with reported():
        text = _rendered(
            read_run(run_file(summary, store)).summary, form or form_by_suffix(_BY_SUFFIX, output)
        )
        if output is None:
            sys.stdout.write(text)
        else:
            write_text(text, output)


def _rendered(summary: Summary, form: str) -> str:
    match form:
        case "html":
            return loadr_report.render_html(summary)
        case "md":
            return loadr_report.render_markdown(summary)
        case "junit":
            return loadr_report.render_junit(summary)
        case _:
            return _text(summary)


def _text(summary: Summary) -> str:
    from loadr_cli.consoles import SteadyConsole  # noqa: PLC0415 - rich, which other forms do without
    from loadr_report.console import render_summary  # noqa: PLC0415 - as above

    console = SteadyConsole(stderr=False, no_color=True, highlight=False, width=100)
    with console.capture() as captured:
        render_summary(summary, console)
    return captured.get()
