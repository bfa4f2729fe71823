import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_config.errors import ThresholdError
from loadr_config.thresholds import Expression, parse_expression, parse_selector, parse_threshold


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("p(95)<400", Expression("p", 95.0, "<", 400.0)),
        ("  p( 99.9 )  <=  1.5 ", Expression("p", 99.9, "<=", 1.5)),
        ("avg>1", Expression("avg", None, ">", 1.0)),
        ("min >= 1", Expression("min", None, ">=", 1.0)),
        ("max!=1", Expression("max", None, "!=", 1.0)),
        ("med==1", Expression("med", None, "==", 1.0)),
        ("count=1", Expression("count", None, "==", 1.0)),
        ("rate<0.01", Expression("rate", None, "<", 0.01)),
        ("value<-1e3", Expression("value", None, "<", -1000.0)),
        ("rate<.5", Expression("rate", None, "<", 0.5)),
        ("p(100)<400ms", Expression("p", 100.0, "<", 400.0, is_duration=True)),
        ("avg < 1.5s", Expression("avg", None, "<", 1500.0, is_duration=True)),
        ("avg < 1h 30m", Expression("avg", None, "<", 5_400_000.0, is_duration=True)),
    ],
)
def test_an_expression_is_parsed(text, expected):
    assert parse_expression(text) == expected


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", 1, "expected a threshold"),
        ("<400", 1, "expected a threshold"),
        ("p95<400", 1, "unknown aggregation"),
        (" mean<400", 2, "unknown aggregation"),
        ("p<400", 1, "written p(95)"),
        ("p()<400", 1, "written p(95)"),
        ("p(0)<400", 3, "above 0 and at most 100"),
        ("p(101)<400", 3, "above 0 and at most 100"),
        ("avg(5)<400", 1, "only p takes an argument"),
        ("avg 400", 5, "expected an operator"),
        ("avg", 4, "expected an operator"),
        ("avg<", 5, "expected a number or a duration"),
        ("avg<  fast", 7, "expected a number or a duration"),
        ("avg< 1e999", 6, "the bound is too large"),
        ("avg<=>4", 6, "expected a number or a duration"),
        ("rate<1%", 6, "a share, not a percentage"),
    ],
)
def test_a_mistake_in_an_expression_has_a_column(text, column, message):
    with pytest.raises(ThresholdError) as caught:
        parse_expression(text)
    assert (caught.value.column, message in caught.value.message) == (column, True)


def test_a_mistake_says_what_to_write():
    with pytest.raises(ThresholdError) as caught:
        parse_expression("p99.9<1")
    assert "unknown aggregation" in str(caught.value) or "operator" in str(caught.value)
    with pytest.raises(ThresholdError) as caught:
        parse_expression("p95<1")
    assert caught.value.suggestion == 'write "p(95)"'
    with pytest.raises(ThresholdError) as caught:
        parse_expression("rate<5%")
    assert caught.value.suggestion == 'write "0.05"'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("checks", ("checks", ())),
        (" checks ", ("checks", ())),
        ("http_reqs{scenario:main}", ("http_reqs", (("scenario", "main"),))),
        ("http_reqs { a : b , c:d }", ("http_reqs", (("a", "b"), ("c", "d")))),
        ("m{name:http://x/${id}}", ("m", (("name", "http://x/${id}"),))),
        ("m{name:\"a b\",'t':'v'}", ("m", (("name", "a b"), ("t", "v")))),
        ("m{name:}", ("m", (("name", ""),))),
        ("my.metric-x", ("my.metric-x", ())),
    ],
)
def test_a_selector_is_parsed(text, expected):
    assert parse_selector(text) == expected


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", 1, "expected a metric's name"),
        ("a b", 1, "expected a metric's name"),
        ("m{a:b", 2, 'no closing "}"'),
        ("m{}", 3, "tag:value"),
        ("m{a}", 3, "tag:value"),
        ("m{a:b,c}", 7, "tag:value"),
        ("m{a:b,a:c}", 7, "stands twice"),
        ("m{:b}", 3, "tag:value"),
    ],
)
def test_a_mistake_in_a_selector_has_a_column(text, column, message):
    with pytest.raises(ThresholdError) as caught:
        parse_selector(text)
    assert (caught.value.column, message in caught.value.message) == (column, True)


EXPRESSIONS = st.builds(
    Expression,
    aggregation=st.sampled_from(["avg", "min", "max", "med", "count", "rate", "value"]),
    percentile=st.none(),
    operator=st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
    bound=st.floats(allow_nan=False, allow_infinity=False, width=32),
) | st.builds(
    Expression,
    aggregation=st.just("p"),
    percentile=st.floats(min_value=0.001, max_value=100),
    operator=st.sampled_from(["<", ">="]),
    bound=st.floats(min_value=0, max_value=1e9),
)


@given(EXPRESSIONS)
def test_a_printed_expression_parses_to_the_same(expression):
    assert parse_expression(str(expression)) == expression


@given(st.text(max_size=20))
def test_any_text_is_an_expression_or_an_error(text):
    for parse in (parse_expression, parse_selector):
        try:
            parse(text)
        except ThresholdError as error:
            assert error.column >= 1  # noqa: PT017


@pytest.mark.parametrize(
    ("source", "observed", "holds"),
    [
        ("avg<10", 9, True),
        ("avg<10", 10, False),
        ("avg<=10", 10, True),
        ("avg!=1", 2, True),
        ("avg=1", 1, True),
    ],
)
def test_a_threshold_judges(source, observed, holds):
    assert parse_threshold("m", source).holds(observed) is holds


def test_a_threshold_keeps_what_was_written():
    threshold = parse_threshold("m{a: b}", "p(95) < 1s", abort_on_fail=True, delay_abort_eval=2.0)
    assert threshold.selector_text == "m{a: b}"
    assert threshold.source == "p(95) < 1s"
    assert threshold.selector == (("a", "b"),)
    assert (threshold.abort_on_fail, threshold.delay_abort_eval, threshold.bound) == (True, 2.0, 1000.0)
