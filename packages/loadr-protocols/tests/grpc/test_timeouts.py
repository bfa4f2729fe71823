import pytest

from loadr_protocols.grpc.timeouts import timeout_field


@pytest.mark.parametrize(
    ("seconds", "field"),
    [
        (0.0001, "1m"),
        (1.5, "1500m"),
        (99_999.999, "99999999m"),
        (100_000.0, "100000S"),
        (1e9, "99999999S"),
    ],
)
def test_a_timeout_has_at_most_eight_digits(seconds, field):
    assert timeout_field(seconds) == field
