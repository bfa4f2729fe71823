import pytest

from loadr_core.coordinator import usable_cores
from loadr_core.coordinator.cores import quota_of


@pytest.mark.parametrize(
    ("text", "cores"),
    [
        ("max 100000\n", None),
        ("150000 100000\n", 1.5),
        ("400000 100000", 4.0),
        ("", None),
        ("7", None),
        ("1 0", None),
    ],
)
def test_the_quota_of_a_control_group(text, cores):
    assert quota_of(text) == cores


def test_there_is_at_least_one_usable_core():
    assert usable_cores() >= 1
