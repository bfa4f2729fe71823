"""How runs are named."""

import secrets
from datetime import datetime

# Microseconds have 20 bits: what is left of them tells runs apart that began 16 us from each other.
_DROPPED_BITS = 4


def run_id_at(moment: datetime) -> str:
    """The id of a run that begins at a moment: date, time, and six hexadecimal digits.

    Ids in the order of the alphabet are runs in the order of their beginning; two of the digits are random, as two
    machines may begin a run at once.
    """
    within = moment.microsecond >> _DROPPED_BITS
    return f"{moment:%Y%m%d-%H%M%S}-{within:04x}{secrets.token_hex(1)}"
