"""A mistake inside of a text is shown at its character, however the text is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_config._tree.columns import place_in
from loadr_config._tree.composing import Budget, compose
from loadr_config._tree.findings import Findings
from loadr_config._tree.nodes import Source


def scalar(text):
    findings = Findings()
    root = compose(Source("plan.yaml", text), findings, Budget())
    assert findings.diagnostics == []
    return root.entries["a"].value


@pytest.mark.parametrize(
    ("written", "needle", "line", "column"),
    [
        ("a: one two", "two", 1, 8),
        ("a: one\n  two", "two", 2, 3),
        ("a: one\n\n  two", "two", 3, 3),
        ("a: &b one two", "two", 1, 11),
        ("a: !!str one two", "two", 1, 14),
        ("a: &b !!str\n  one two", "two", 2, 7),
        ("a: 'one ''two'", "two", 1, 11),
        ("a: 'one\n  two'", "two", 2, 3),
        ('a: "one \\"two"', "two", 1, 11),
        ('a: "one\\n\\ttwo"', "two", 1, 12),
        ('a: "o\\x6ee \\u0074wo"', "two", 1, 12),
        ('a: "\\U0001F600 two"', "two", 1, 16),
        ('a: "one\\\n  two"', "two", 2, 3),
        ('a: "one\\\n  \\ two"', "two", 2, 5),
        ('a: "one\n\n  two"', "two", 3, 3),
        ("a: |\n  one\n   two", "two", 3, 4),
        ("a: |2\n    one\n  two", "two", 3, 3),
        ("a: |- # two\n\n  one\n\n  two", "two", 5, 3),
        ("a: >\n  one\n  two", "two", 3, 3),
        ("a: >+\n  one\n\n    more\n  two\n", "two", 5, 3),
        ("b: 1\na: {x: 1}\n".replace("{x: 1}", '"two"'), "two", 2, 5),
        ("a: é😀 two", "two", 1, 7),
    ],
)
def test_a_character_is_found(written, needle, line, column):
    node = scalar(written)
    assert place_in(node, node.value.index(needle)) == (line, column)


@pytest.mark.parametrize(
    ("written", "column"), [("a: one", 7), ("a: 'one'", 8), ('a: "o\\x6e"', 10), ("a: ''", 4)]
)
def test_the_end_of_a_text_is_found(written, column):
    node = scalar(written)
    assert place_in(node, len(node.value)) == (1, column)


WORDS = st.lists(st.text(st.sampled_from("abc${}'\"\\é😀"), min_size=1, max_size=5), min_size=1, max_size=6)


def quoted(words):
    return '"' + "\n  ".join(word.replace("\\", "\\\\").replace('"', '\\"') for word in words) + '"'


@pytest.mark.parametrize(
    "write",
    [
        lambda words: "|\n  " + "\n  ".join(words),
        lambda words: ">\n  " + "\n  ".join(words),
        lambda words: "'" + "\n  ".join(word.replace("'", "''") for word in words) + "'",
        quoted,
    ],
    ids=["literal", "folded", "single", "double"],
)
@given(words=WORDS)
def test_every_character_is_found(write, words):
    node = scalar("a: " + write(words) + "\n")
    for offset, character in enumerate(node.value):
        if not character.isspace():
            line, column = place_in(node, offset)
            found = node.source.line(line)[column - 1 :]
            expected = {'"': '"\\', "\\": "\\"}.get(character, character) if write is quoted else character
            assert found[0] in expected
