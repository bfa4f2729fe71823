import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_report import quantities

FLOATS = st.floats(allow_nan=True, allow_infinity=True)


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "0s"),
        (1e-9, "0s"),
        (0.0005, "0.5µs"),
        (0.087, "87µs"),
        (0.9994, "999µs"),
        (0.9996, "1ms"),
        (1.234, "1.23ms"),
        (1.2, "1.2ms"),
        (105.34, "105ms"),
        (999.6, "1s"),
        (45_600, "45.6s"),
        (59_949, "59.9s"),
        (59_960, "1m00s"),
        (83_400, "1m23s"),
        (3_599_600, "1h00m"),
        (7_500_000, "2h05m"),
        (93_900_000, "26h05m"),
        (-12.5, "-12.5ms"),
        (math.inf, "inf"),
    ],
)
def test_a_duration_takes_the_unit_that_suits_it(ms, text):
    assert quantities.duration(ms) == text


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (500.04, "500.04ms"),
        (3.456, "3.456ms"),
        (1234.56, "1.2346s"),
        (90_400, "1m30.4s"),
        (61_000, "1m01.0s"),
    ],
)
def test_more_digits_on_request(ms, text):
    assert quantities.duration(ms, significant=5) == text


@pytest.mark.parametrize(
    ("secs", "text"),
    [(0, "00:00"), (5.9, "00:05"), (65, "01:05"), (3723, "1:02:03"), (-1, "00:00"), (math.nan, "nan")],
)
def test_elapsed_reads_like_a_stop_watch(secs, text):
    assert quantities.elapsed(secs) == text


@pytest.mark.parametrize(
    ("epoch_ms", "text"),
    [(0, "1970-01-01 00:00:00 UTC"), (1767268812345, "2026-01-01 12:00:12 UTC"), (10**18, f"{10**18} ms")],
)
def test_a_moment_is_a_date_where_a_calendar_has_it(epoch_ms, text):
    assert quantities.moment(epoch_ms) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1, "1"),
        (12345, "12,345"),
        (0.125, "0.125"),
        (2.5, "2.5"),
        (205.66, "206"),
        (999.6, "1,000"),
        (1234.5, "1,234"),
        (-3.14159, "-3.14"),
        (1e15, "1.00e+15"),
        (math.inf, "inf"),
    ],
)
def test_a_number_shows_whole_digits_in_full(value, text):
    assert quantities.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (12.34, "12.3"),
        (999.4, "999"),
        (999.6, "1k"),
        (1234, "1.23k"),
        (45.6e6, "45.6M"),
        (-1500, "-1.5k"),
    ],
)
def test_a_compact_number_fits_a_column(value, text):
    assert quantities.compact(value) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (17, "17 B"), (1234, "1.23 kB"), (98765432, "98.8 MB"), (math.nan, "nan B")],
)
def test_data_is_in_decimal_units(size, text):
    assert quantities.data(size) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (0, "0.00%"),
        (1e-9, "<0.01%"),
        (0.0033, "0.33%"),
        (0.5, "50.00%"),
        (0.999999, ">99.99%"),
        (1, "100.00%"),
        (math.nan, "nan"),
    ],
)
def test_a_percentage_is_0_or_100_only_if_it_is(ratio, text):
    assert quantities.percentage(ratio) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (quantities.per_second(205.4), "205/s"),
        (quantities.data_per_second(74100), "74.1 kB/s"),
        (quantities.plural(1, "check"), "1 check"),
        (quantities.plural(1200, "check"), "1,200 checks"),
        (quantities.plural(0, "check"), "0 checks"),
    ],
)
def test_rates_and_plurals(text, expected):
    assert text == expected


@given(FLOATS)
def test_every_float_has_a_text_in_every_unit(value):
    for show in (
        quantities.duration,
        quantities.elapsed,
        quantities.number,
        quantities.compact,
        quantities.data,
    ):
        assert show(value)
    assert quantities.percentage(value)


@given(st.floats(min_value=0, max_value=24 * 3.6e6))
def test_a_duration_up_to_a_day_fits_a_column(ms):
    assert len(quantities.duration(ms)) <= 6 or ms < 0.001


@given(st.floats(min_value=1e-3, max_value=59_000))
def test_a_duration_is_within_half_a_unit_of_its_last_digit(ms):
    number, unit = re.fullmatch(r"([\d.]+)(µs|ms|s)", quantities.duration(ms)).groups()
    assert float(number) * {"µs": 1e-3, "ms": 1, "s": 1e3}[unit] == pytest.approx(ms, rel=0.0051)


@given(st.floats(min_value=0, max_value=1e17))
def test_a_compact_number_is_at_most_five_characters(value):
    assert len(quantities.compact(value)) <= 5 or value < 1e-1
