"""Making one document out of the package's own files: styles, scripts, and a policy that admits only these.

Scripts are modules without a build step: each file imports from its neighbours, and here the files are
joined in the order below, with their `import` lines and `export` words taken off. So all top-level names
of the files are different, which a test holds them to.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from string import Template
from typing import Any, Final

from loadr_report.html.markup import Markup, join

STYLES: Final = (
    "vendor/uPlot.min.css",
    "styles/palette.css",
    "styles/page.css",
    "styles/verdict.css",
    "styles/tables.css",
    "styles/charts.css",
    "styles/phone.css",
    "styles/print.css",
)
SCRIPTS: Final = (
    "scripts/format.js",
    "scripts/colours.js",
    "scripts/sorting.js",
    "scripts/axes.js",
    "scripts/chart.js",
    "scripts/panels.js",
    "scripts/heat.js",
    "scripts/curves.js",
    "scripts/report.js",
)
_LIBRARY: Final = "vendor/uPlot.iife.min.js"
_LICENCE: Final = "vendor/uPlot.LICENSE"

_IMPORT: Final = re.compile(r"^import [^;]*;\n", re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(async )?(function|const|class)\b)", re.MULTILINE)


def document(title: str, body: Markup, data: Any) -> str:
    """The document.

    Args:
        title: What it is called, yet to be escaped.
        body: What it shows.
        data: What its scripts draw: maps, lists, texts and finite numbers.
    """
    style, library, script = style_text(), library_text(), script_text()
    policy = (
        f"default-src 'none'; script-src {hash_source(library)} {hash_source(script)}; style-src {hash_source(style)}; "
        "base-uri 'none'; form-action 'none'"
    )
    return Template(resource("report.html")).substitute(
        policy=policy,
        title=join((title,)).html,
        style=style,
        body=body.html,
        data=script_json(data),
        library=library,
        script=script,
    )


def script_json(data: Any) -> str:
    """JSON that stands within a script element: nothing in it ends the element or begins a comment."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@cache
def resource(name: str) -> str:
    """A file of the package."""
    return resources.files("loadr_report.html").joinpath("resources").joinpath(name).read_text("utf-8")


@cache
def style_text() -> str:
    """All styles."""
    return "\n".join(resource(name) for name in STYLES)


@cache
def library_text() -> str:
    """The library of charts under its licence."""
    return f"/*\n{resource(_LICENCE)}*/\n{resource(_LIBRARY)}"


@cache
def script_text() -> str:
    """All scripts as one module."""
    return joined(resource(name) for name in SCRIPTS)


def joined(modules: Iterable[str]) -> str:
    """Modules one after the other, as one."""
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", module)) for module in modules)


def hash_source(text: str) -> str:
    """What admits a script or style to the page: Content Security Policy, level 3, section 2.3.1, `hash-source`."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
