"""Sphinx configuration. `make docs` builds nitpicky, and a warning is an error."""

import importlib
import inspect
import re
import tomllib
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parent.parent

project = "loadr"
author = "the loadr contributors"
copyright = author  # noqa: A001  (Sphinx's name)
version = release = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"loadr {version}"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True

# Names of others: no inventory is fetched for a build. References into loadr have to resolve.
nitpick_ignore_regex = [("py:.*", r"(?!loadr).*")]

# Packages whose `__all__` is the public surface: each has a section in reference/.
PUBLIC = [
    "loadr_config",
    "loadr_config.models",
    "loadr_core.spi",
    "loadr_report",
    "loadr_testing.demo_target",
]


def as_code(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """Docstrings put code between single backticks, as Markdown does; reStructuredText wants two."""
    del app, what, name, obj, options
    lines[:] = [
        re.sub(r"(?<![`:])`([^`]+)`(?!`)", lambda code: f"``{code[1].strip()}``", line) for line in lines
    ]


def setup(app: Sphinx) -> None:
    """Make re-exported names known under the package that exports them, as their users import them."""
    app.connect("autodoc-process-docstring", as_code)
    for package in PUBLIC:
        module = importlib.import_module(package)
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isclass(value) or inspect.isfunction(value):
                value.__module__ = package
