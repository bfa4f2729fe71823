"""`loadr validate` shows a wrong expression at its column, and loads no library for plans without one."""

import subprocess
import sys

import pytest

from loadr_config import Severity, load_plan
from loadr_core.checking import check_extensions
from loadr_core.plugins import Catalog

PLAN = """\
scenarios:
  main:
    executor: constant-vus
    vus: 1
    duration: 1s
    flow:
      - request:
          url: http://x
          extract:
            - {entry}
"""


def findings(entry):
    catalog = Catalog.read()
    text = PLAN.replace("{entry}", entry)
    loaded = load_plan(
        "plan.yaml", text=text, environment=None, installed=catalog.installed(), check_files=False
    )
    return check_extensions(loaded, catalog, {}).diagnostics


@pytest.mark.parametrize(
    ("entry", "message", "mark"),
    [
        ('{type: jsonpath, name: v, expression: "$..[?@.a ="}', "is no JSONPath: unexpected filter", '="}'),
        ("{chain: v, jsonpath: '$.a.1'}", "is no JSONPath: ", "1'"),
        ("{chain: v, jmespath: a b}", "is no JMESPath: Unexpected token: b", "b}"),
        ("{chain: v, xpath: '//['}", "'//[' is no XPath: invalid expression", "'//"),
        ("{type: css, name: v, expression: 'a['}", "'a[' is no CSS selector", "'a["),
        ('{chain: v, regex: "(a"}', "is no regular expression: missing )", '"}'),
    ],
)
def test_a_wrong_expression_is_shown_at_its_column(entry, message, mark):
    (found,) = findings(entry)
    assert message in found.message
    assert found.severity is Severity.ERROR
    assert (found.line, found.column) == (10, 15 + entry.index(mark))


@pytest.mark.parametrize(
    "entry",
    [
        "{type: jsonpath, name: v, expression: '$.日本[0]'}",
        "{type: jsonpath, name: v, expression: '$..a[?@.b]'}",
        "{chain: v, jmespath: 'a[?b==`1`] | [0]'}",
        "{chain: v, xpath: '//s:a'}",
        "{chain: v, css: 'a > b'}",
    ],
)
def test_a_right_one_is_not_mentioned(entry):
    assert findings(entry) == ()


@pytest.mark.parametrize(("kind", "package"), [("xpath", "lxml"), ("css", "selectolax")])
def test_what_is_not_installed_is_named_once(kind, package, monkeypatch):
    def absent(name):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr("loadr_core.extraction.markup.import_module", absent)
    (found,) = findings(f"{{chain: v, {kind}: a}}\n            - {{chain: w, {kind}: b}}")
    assert (
        found.message == f"{kind} needs {package}, which is not installed: such expressions are not checked"
    )
    assert (found.severity, found.suggestion) == (Severity.WARNING, "pip install 'loadr[extract]'")


@pytest.mark.process
def test_libraries_are_loaded_only_where_an_expression_needs_them():
    program = """
import sys
from loadr_core.extraction.json_paths import compile_jsonpath
from loadr_core.extraction.jmes_paths import compile_jmespath
import loadr_core.compiler, loadr_core.extraction.checking
compile_jsonpath("$.a[*].b")
compile_jmespath("a.b[0]")
print(*sorted({"jsonpath_rfc9535", "jmespath", "lxml", "selectolax", "iregexp_check"} & set(sys.modules)))
compile_jsonpath("$..a")
compile_jmespath("a | b")
print(*sorted({"jsonpath_rfc9535", "jmespath", "lxml", "selectolax"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["", "jmespath jsonpath_rfc9535"]
