import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_config.durations import format_duration, parse_duration
from loadr_config.errors import DurationError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("300ms", 0.3),
        ("2s", 2.0),
        ("5m", 300.0),
        ("1h30m", 5400.0),
        ("1h 30m", 5400.0),
        (" 1 h  30 m ", 5400.0),
        ("10ns", 1e-8),
        ("10us", 1e-5),
        ("10µs", 1e-5),
        ("10μs", 1e-5),
        ("2sec", 2.0),
        ("2 seconds", 2.0),
        ("2min", 120.0),
        ("2minutes", 120.0),
        ("1d", 86_400.0),
        ("1w", 604_800.0),
        ("1.5s", 1.5),
        (".5s", 0.5),
        ("0s", 0.0),
        ("10", 10.0),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (10, 10.0),
        (0.25, 0.25),
    ],
)
def test_a_duration_is_read(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("5 parsecs", 'expected a duration such as 300ms, 2s or 1h30m, got "5 parsecs"'),
        ("", "expected a duration"),
        ("   ", "expected a duration"),
        ("s", "expected a duration"),
        ("5S", "expected a duration"),
        ("1h30", "expected a duration"),
        ("1h-30m", "expected a duration"),
        ("-5s", "cannot be negative"),
        ("-5", "cannot be negative"),
        (-5, "cannot be negative"),
        (-0.1, "cannot be negative"),
        (float("inf"), "cannot be inf"),
        (float("nan"), "cannot be nan"),
        ("9" * 90, "at most 100 years"),
        ("9" * 200, "expected a duration"),
        ("99999d", "at most 100 years"),
        ("1e400", "at most 100 years"),
    ],
)
def test_what_is_no_duration_is_refused(text, message):
    with pytest.raises(DurationError) as caught:
        parse_duration(text)
    assert message in str(caught.value)


@given(st.floats(min_value=1e-9, max_value=3e9))
def test_a_written_duration_is_read_as_the_same_number(seconds):
    assert parse_duration(format_duration(seconds)) == pytest.approx(seconds, rel=1e-12)


@given(st.integers(min_value=0, max_value=3 * 10**9))
def test_whole_seconds_survive_exactly(seconds):
    assert parse_duration(format_duration(seconds)) == seconds


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (5400, "1h30m"), (2, "2s"), (1.5, "1.5s"), (0.3, "300ms"), (1e-5, "10us"), (1e-8, "10ns")],
)
def test_a_duration_is_written_as_people_write_it(seconds, text):
    assert format_duration(seconds) == text


@given(st.text(max_size=30))
def test_any_text_is_a_duration_or_a_duration_error(text):
    try:
        assert parse_duration(text) >= 0
    except DurationError as error:
        assert str(error)  # noqa: PT017
