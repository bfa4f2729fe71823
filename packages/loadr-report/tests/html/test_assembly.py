"""The page is made of files, and its policy admits these files only."""

import base64
import hashlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_report import render_html
from loadr_report.html import assembly
from loadr_report.html.assembly import SCRIPTS, STYLES, joined, resource, script_json, script_text

DECLARED = re.compile(r"^(export )?(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)
IMPORTED = re.compile(r'^import \{ ([^}]*) \} from "\./(\w+\.js)";', re.MULTILINE)

MODULES = {name.rpartition("/")[2]: resource(name) for name in SCRIPTS}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_what_an_earlier_one_exports(name):
    earlier = list(MODULES)[: list(MODULES).index(name)]
    for names, source in IMPORTED.findall(MODULES[name]):
        assert source in earlier
        exported = {declared for export, declared in DECLARED.findall(MODULES[source]) if export}
        assert set(names.split(", ")) <= exported


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_all_that_it_uses_of_others(name):
    imported = {one for names, _ in IMPORTED.findall(MODULES[name]) for one in names.split(", ")}
    own = {declared for _, declared in DECLARED.findall(MODULES[name])}
    words = set(re.findall(r"\b\w+(?=\()|\b[A-Z]\w+\b", re.sub(r"//.*|\.\w+\(", "", MODULES[name])))
    exported = {
        declared for module in MODULES.values() for export, declared in DECLARED.findall(module) if export
    }
    assert words & exported <= imported | own
    assert imported <= set(re.findall(r"\w+", re.sub(r"^import .*$", "", MODULES[name], flags=re.MULTILINE)))


def test_no_name_stands_in_two_modules():
    names = [declared for module in MODULES.values() for _, declared in DECLARED.findall(module)]
    assert sorted(names) == sorted(set(names))


def test_joined_modules_have_neither_imports_nor_exports():
    assert joined(['import { a } from "./b.js";\nexport function c() {}\n', "export const d = 1;\n"]) == (
        "function c() {}\n\nconst d = 1;\n"
    )
    assert not re.search(r"^(import|export)\b", script_text(), re.MULTILINE)


def test_every_resource_is_used():
    folder = assembly.resources.files("loadr_report.html").joinpath("resources")
    kinds = {"styles": ".css", "scripts": ".js"}
    found = {f"{kind}/{file.name}" for kind in kinds for file in folder.joinpath(kind).iterdir()}
    assert found == {name for name in (*STYLES, *SCRIPTS) if not name.startswith("vendor/")}


def test_nothing_asks_for_more_than_the_policy_gives():
    for text in (script_text(), assembly.library_text(), assembly.style_text()):
        assert not re.search(r"\beval\(|new Function|innerHTML|@import|url\(|</", text)
        assert "\r" not in text


def test_the_policy_names_the_styles_and_scripts_of_the_page(make_summary):
    page = render_html(make_summary())
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for opening, closing in (
        ("<style>", "</style>"),
        ("<script>", "</script>"),
        ('<script type="module">', "</script>"),
    ):
        text = page.partition(opening)[2].partition(closing)[0]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet=st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(json_values)
def test_data_survives_and_ends_no_script(value):
    text = script_json(value)
    assert json.loads(text) == value
    assert not set("<>&\u2028\u2029") & set(text)


def test_the_licence_of_the_library_goes_with_it(make_summary):
    assert "The MIT License (MIT)" in render_html(make_summary())
