import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.extraction.patterns import Pattern, compile_pattern, pattern_of
from loadr_core.spi import CompileError, ContentError, RenderError, Scope, VuContext
from loadr_core.templating import TextCompiler

TEXTS = TextCompiler({"word": "a.c"}, {}, {})


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (r"(a|aa)+$", "a" * 60 + "b"),
        (r"^(([a-z])+.)+[A-Z]([a-z])+$", "a" * 60),
    ],
)
def test_a_pattern_that_backtracks_for_ever_is_stopped(expression, text):
    pattern = compile_pattern(expression)
    for use in (pattern.search, pattern.fullmatch, lambda found: list(pattern.finditer(found))):
        with pytest.raises(
            ContentError, match="the regular expression was stopped: it backtracks for too long"
        ):
            use(text * 50)


def test_a_long_text_gets_the_time_that_it_needs():
    text = "x" * 3_000_000 + "token=abc"
    assert compile_pattern(r"([a-z]+)=([a-z]+)$").search(text)[2] == "abc"


@pytest.mark.parametrize(
    ("expression", "group", "has"),
    [
        ("a", 0, True),
        ("a", 1, False),
        ("(a)", 1, True),
        ("(a)", 2, False),
        ("(?P<n>a)", "n", True),
        ("(?<n>a)", "n", True),
        ("(?P<n>a)", "m", False),
    ],
)
def test_groups(expression, group, has):
    assert compile_pattern(expression).has_group(group) is has


@pytest.mark.parametrize("expression", ["(", "a{2,1}", "[z-a]", "(?P<a>x)(?P=b)", "*"])
def test_what_is_no_expression_is_refused_with_its_place(expression):
    with pytest.raises(CompileError, match="is no regular expression: ") as caught:
        compile_pattern(expression)
    assert caught.value.offset is not None


def test_a_pattern_that_is_a_template():
    scope = Scope(VuContext(1, "s"))
    scope.variables = {"open": "(", "word": "x+"}
    fixed = pattern_of(TEXTS.compile("^${vars.word}$"))
    assert fixed(scope) is fixed(scope)
    assert fixed(scope).search("abc")
    rendered = pattern_of(TEXTS.compile("^${word}$"))
    assert rendered(scope).search("xxx")
    with pytest.raises(RenderError, match="'\\$\\{open\\}' became no regular expression"):
        pattern_of(TEXTS.compile("${open}"))(scope)
    with pytest.raises(CompileError):
        pattern_of(TEXTS.compile("(${vars.word}"))


# What plans are full of, with nothing in it that the two libraries read differently.
ATOMS = st.sampled_from(["a", "b", "[a-c]", ".", r"\d", r"\w", "(a|b)", "(?:ab)", "[^a]", r"\."])
REPEATS = st.sampled_from(["", "", "+", "*", "?", "{1,2}", "+?"])
EXPRESSIONS = st.lists(st.tuples(ATOMS, REPEATS).map("".join), min_size=1, max_size=4).map("".join)


@given(EXPRESSIONS, st.text("abc1. ", max_size=12))
def test_it_finds_what_re_finds(expression, text):
    ours, theirs = Pattern(expression), re.compile(expression)
    assert _span(ours.search(text)) == _span(theirs.search(text))
    assert _span(ours.fullmatch(text)) == _span(theirs.fullmatch(text))
    assert [match.span() for match in ours.finditer(text)] == [
        match.span() for match in theirs.finditer(text)
    ]


def _span(match):
    return None if match is None else (match.span(), match.groups())


def test_repr_is_the_expression():
    assert repr(Pattern("a+")) == "<Pattern 'a+'>"
