"""What the parser makes of texts, hostile ones above all: a clear error, in bounded time, at its place."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadr_config import load_plan
from loadr_config._tree.limits import MAX_BYTES, MAX_DIAGNOSTICS

BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 10)}]\n" for i in range(12)
)
MERGE_BOMB = "a0: &a0 {x: 1}\n" + "".join(
    f"a{i + 1}: &a{i + 1} {{<<: [{','.join([f'*a{i}'] * 10)}], k{i}: 1}}\n" for i in range(100)
)


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("", 1, 1, "the plan is empty"),
        ("# nothing\n", 1, 1, "the plan is empty"),
        ("~", 1, 1, "the plan is empty"),
        ("- a", 1, 1, "a plan is a map"),
        ("text", 1, 1, "a plan is a map"),
        ("a: 1\n---\nb: 2", 2, 1, "a second one"),
        ("a:\n\tb: 1", 2, 1, "a tab cannot indent YAML"),
        ("a: b: c", 1, 5, 'a second ":"'),
        ("a: 'x", 1, 6, "the text ends inside quotes"),
        ("a: [1, 2", 1, 9, 'expected "," or "]"'),
        ("a: {b: 1", 1, 9, 'expected "," or "}"'),
        ("a: {b: 1 c: 2}", 1, 11, 'expected "," or "}"'),
        ("a: {b{c}: 1}", 1, 6, 'a "{" inside of a text'),
        ("a: {b: ::1}", 1, 8, 'a ":" cannot begin a text here'),
        ("a: @x", 1, 4, '"@" cannot begin a text'),
        ("a: 1\n b: 2", 2, 3, 'a second ":"'),
        ("a:\n  - 1\n b: 2", 3, 2, "indented differently"),
        ('a: "\\xZZ"', 1, 7, "is no YAML"),
        ('a: "\\ud800"', 1, 4, "half a character"),
        ("a: \0", 1, 4, "a NUL character"),
        ("a: 1\nb: \x07", 2, 4, "U+0007"),
        ("a: *b", 1, 4, 'the alias "*b" has no anchor'),
        ("a: &a [*a]", 1, 8, "stands inside of what it stands for"),
        ("a: &a {<<: *a}", 1, 12, "stands inside of what it stands for"),
        ("a: {<<: 1}", 1, 5, '"<<" takes a map'),
        ("? [a]\n: b", 1, 3, "a key must be a plain text"),
        ("a: {? {b: c} : d}", 1, 7, "a key must be a plain text"),
        ("a: !!python/object/apply:os.system [x]", 1, 4, "!!python/object/apply:os.system is not allowed"),
        ("a: !secret x", 1, 4, "the tag !secret is not allowed"),
        ("name: !!int x", 1, 7, "is not of the type !!int"),
        ("name: !!bool 1", 1, 7, "is not of the type !!bool"),
        ("%YAML 9.9\n---\na: 1", 1, 1, "is no YAML"),
        ("a: 1\na: 2", 2, 1, 'duplicate key "a"'),
        ("a: 1\n'a': 2", 2, 1, 'duplicate key "a"'),
        ("[" * 1000, 1, 121, "nested more than 120 levels deep"),
        ("\n".join(" " * i + "a:" for i in range(200)), 120, 120, "nested more than 120 levels deep"),
        ("- " * 1000, 1, 241, "nested more than 120 levels deep"),
        (BOMB, 6, 14, "once its aliases are expanded"),
        (MERGE_BOMB, 7, 15, "once its aliases are expanded"),
    ],
    ids=lambda value: repr(value)[:30] if isinstance(value, str) else "",
)
def test_a_text_that_is_no_plan_is_refused_at_its_place(text, line, column, message):
    diagnostics = load_plan("plan.yaml", text=text).diagnostics
    found = next((found for found in diagnostics if message in found.message), None)
    assert found is not None, diagnostics
    assert (found.line, found.column) == (line, column), found


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: \xff", "byte 0xFF is not UTF-8"),
        ("name: x".encode("utf-16"), "is encoded in UTF-16"),
        ("name: x".encode("utf-32"), "is encoded in UTF-32"),
        (b"#" * (MAX_BYTES + 1), "a plan has at most 10 MB"),
    ],
    ids=["latin-1", "utf-16", "utf-32", "too large"],
)
def test_a_file_that_is_no_text_is_refused(tmp_path, content, message):
    file = tmp_path / "plan.yaml"
    file.write_bytes(content)
    (found,) = load_plan(file).diagnostics
    assert message in found.message


def test_a_text_that_is_too_large_is_refused():
    (found,) = load_plan("<stdin>", text="#" * (MAX_BYTES + 1)).diagnostics
    assert "at most 10 MB" in found.message


@pytest.mark.parametrize("name", ["missing.yaml", ".", "a\0b"], ids=["missing", "folder", "impossible"])
def test_a_file_that_cannot_be_read_is_a_diagnostic(tmp_path, name):
    (found,) = load_plan(f"{tmp_path}/{name}").diagnostics
    assert (found.line, found.column) == (0, 0)
    assert "cannot be read" in found.message or "is a folder" in found.message


def test_a_byte_order_mark_does_not_matter(tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_bytes(b"\xef\xbb\xbfnam: x")
    assert load_plan(file).diagnostics[0].column == 1


def test_findings_are_bounded():
    text = "scenarios: {" + ",".join(f"s{index}: {{executr: 1}}" for index in range(3000)) + "}"
    assert len(load_plan("plan.yaml", text=text).diagnostics) == MAX_DIAGNOSTICS


def test_aliases_and_merge_keys_share_what_they_stand_for(load):
    plan = load(
        """
        defaults: {http: {base_url: "http://x"}}
        variables: &vars {a: 1, b: 2}
        scenarios:
          one: &one
            executor: constant-vus
            vus: 1
            duration: 1s
            tags: {<<: [{a: first}, *vars], c: 3}
            flow: &flow [{request: {url: /}}]
          two:
            <<: *one
            vus: 5
            flow: *flow
        """
    ).require()
    assert plan.scenarios["two"].vus == 5
    assert plan.scenarios["two"].duration == 1.0
    assert plan.scenarios["two"].flow == plan.scenarios["one"].flow
    assert plan.scenarios["one"].tags == {"c": "3", "a": "first", "b": "2"}


def test_a_mistake_in_a_merged_map_is_shown_where_it_is_written(load):
    loaded = load(
        """\
        scenarios:
          one: &one
            executor: constant-vus
            vus: none
            duration: 1s
            flow: [{request: {url: "http://x"}}]
          two: {<<: *one, tags: {a: b}}
        """
    )
    assert {(found.line, found.column) for found in loaded.errors} == {(4, 10)}
    assert {found.path for found in loaded.errors} == {"scenarios.one.vus", "scenarios.two.vus"}


PIECES = st.sampled_from(
    (
        *"{}[]:,-?&*!|>'\"%@`#~<= \t\n\r",
        *("\n  ", ": ", "- ", "<<", "&a", "*a", "!!str", "!include x", "---", "...", "é", "\0", "\\u"),
        *("scenarios", "executor", "constant-vus", "flow", "request", "url", "${", "}", "0s", "1e9"),
    )
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_any_text_gives_a_plan_or_diagnostics(text):
    loaded = load_plan("plan.yaml", text=text, check_files=False)
    assert loaded.plan is None
    assert loaded.errors
    for found in loaded.diagnostics:
        assert found.line >= 0
        assert found.message


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_diagnostics(tmp_path_factory, content):
    file = tmp_path_factory.getbasetemp() / "fuzz.yaml"
    file.write_bytes(content)
    assert load_plan(file, check_files=False).errors
