import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from loadr_core.coordinator.run_ids import run_id_at

MOMENT = datetime(2026, 3, 1, 23, 59, 58, 999_900, tzinfo=UTC)


def test_ids_are_in_the_order_of_the_runs():
    moments = [MOMENT + timedelta(microseconds=16 * step) for step in range(100)]
    ids = [run_id_at(moment) for moment in moments]
    assert all(earlier < later for earlier, later in pairwise(ids))


def test_an_id_tells_the_moment():
    assert re.fullmatch(r"20260301-235958-f41c[0-9a-f]{2}", run_id_at(MOMENT.replace(microsecond=999_872)))
