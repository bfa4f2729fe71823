"""Cookie dates (RFC 6265bis, section 5.1.1): whatever servers write, read leniently.

cookie-date = *delimiter date-token *( 1*delimiter date-token ) *delimiter
delimiter   = %x09 / %x20-2F / %x3B-40 / %x5B-60 / %x7B-7E
time        = 1*2DIGIT ":" 1*2DIGIT ":" 1*2DIGIT [ non-digit *OCTET ]
day         = 1*2DIGIT [ non-digit *OCTET ]
month       = ( "jan" / ... / "dec" ) *OCTET
year        = 2*4DIGIT [ non-digit *OCTET ]
"""

import calendar
import re
from typing import Final

_TOKEN: Final = re.compile(r"[^\x09\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
_TIME: Final = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D.*)?", re.ASCII | re.DOTALL)
_DAY: Final = re.compile(r"(\d{1,2})(?:\D.*)?", re.ASCII | re.DOTALL)
_YEAR: Final = re.compile(r"(\d{2,4})(?:\D.*)?", re.ASCII | re.DOTALL)
_MONTHS: Final = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}


def parse_cookie_date(text: str) -> float | None:
    """Seconds since the epoch, or `None` where the text is no date."""
    time: tuple[int, int, int] | None = None
    day = month = year = None
    for token in _TOKEN.findall(text):
        if time is None and (found := _TIME.fullmatch(token)):
            time = (int(found[1]), int(found[2]), int(found[3]))
        elif day is None and (found := _DAY.fullmatch(token)):
            day = int(found[1])
        elif month is None and token[:3].lower() in _MONTHS:
            month = _MONTHS[token[:3].lower()]
        elif year is None and (found := _YEAR.fullmatch(token)):
            year = int(found[1])
    if time is None or day is None or month is None or year is None:
        return None
    if 70 <= year <= 99:
        year += 1900
    elif year <= 69:
        year += 2000
    hour, minute, second = time
    if year < 1601 or hour > 23 or minute > 59 or second > 59:
        return None
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return float(calendar.timegm((year, month, day, hour, minute, second)))
