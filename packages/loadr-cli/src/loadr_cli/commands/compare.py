"""`loadr compare`."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from loadr_cli.comparing import FAIL_ON, FailOn, exit_code_of, runs_named
from loadr_cli.failures import reported
from loadr_cli.keeping import reads_store
from loadr_cli.parameters import DURATION, OUTPUT, form_by_suffix
from loadr_cli.printing import put
from loadr_report import write_text

if TYPE_CHECKING:
    from loadr_report.compare import Comparison

_HELP: Final = """Compare NEW with BASE: what changed, and how sure that is.

Each is a run's id (see `loadr runs`) or a file, or several of the same with commas between them:
`loadr compare last~1 last`, `loadr compare a1,a2,a3 b1,b2,b3`.
"""

_EPILOG: Final = """\b
Exit codes:
  0   compared
  1   error: no such run, a file that cannot be read
  2   wrong usage of the command line
  99  --fail-on says that this verdict fails
"""

_BY_SUFFIX: Final = {".html": "html", ".htm": "html", ".md": "md", ".json": "json"}


class ShareType(click.ParamType[float]):
    """A share: `5%` or `0.05`."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read it; it lies between 0 and 1."""
        text = str(value).strip()
        try:
            share = float(text.removesuffix("%")) / (100.0 if text.endswith("%") else 1.0)
        except ValueError:
            share = -1.0
        if not 0.0 < share < 1.0:
            self.fail(f"{value!r} is no share such as 5% or 0.05", param, ctx)
        return share


@click.command(help=_HELP, epilog=_EPILOG)
@click.argument("base", metavar="BASE")
@click.argument("new", metavar="NEW")
@reads_store
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    default="never",
    show_default=True,
    help="Exit with 99 when NEW is worse; inconclusive: also when that cannot be told.",
)
@click.option(
    "--floor", type=ShareType(), default="5%", show_default=True, help="Changes below it count as none."
)
@click.option(
    "--confidence",
    type=ShareType(),
    default="95%",
    show_default=True,
    help="That nothing is called better or worse by chance.",
)
@click.option("--skip", type=DURATION, help="Leave out the begin of each run, its warm-up: 10s.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "md", "html"]),
    help="Form of the result; by default that of the output's suffix, else text.",
)
@OUTPUT
def compare(
    base: str,
    new: str,
    store: str,
    fail_on: FailOn,
    floor: float,
    confidence: float,
    skip: float | None,
    form: str | None,
    output: Path | None,
) -> None:
    """Compare runs."""
    with reported():
        sides = runs_named(base, store), runs_named(new, store)
        if not all(sides):
            raise click.UsageError("BASE and NEW name at least one run each")
        from loadr_report import compare as comparing  # noqa: PLC0415 - NumPy, once it is sure that there is work

        comparison = comparing.compare(*sides, confidence=confidence, floor=floor, skipped=skip or 0.0)
        text = _rendered(comparison, form or form_by_suffix(_BY_SUFFIX, output))
        if output is None:
            put(text.rstrip("\n"))
        else:
            write_text(text, output)
    sys.exit(exit_code_of(comparison, fail_on))


def _rendered(comparison: "Comparison", form: str) -> str:
    from loadr_report.compare import (  # noqa: PLC0415 - as above
        comparison_document,
        comparison_markdown,
        comparison_page,
        comparison_text,
    )

    match form:
        case "json":
            return json.dumps(comparison_document(comparison), indent=2, ensure_ascii=False) + "\n"
        case "md":
            return comparison_markdown(comparison)
        case "html":
            return comparison_page(comparison)
        case _:
            return comparison_text(comparison)
