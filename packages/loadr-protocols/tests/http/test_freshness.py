"""The table of RFC 9111 for a user's own cache."""

import pytest

from loadr_protocols.http.freshness import freshness

NOW = 784111777.0
DATE = "Sun, 06 Nov 1994 08:49:37 GMT"
LATER = "Sun, 06 Nov 1994 08:50:37 GMT"

# (status, headers, seconds or None for "not kept", why)
CASES = [
    (200, {"cache-control": "max-age=60"}, 60, "max-age"),
    (200, {"cache-control": 'public, MAX-AGE="60"'}, 60, "any case, quoted"),
    (200, {"cache-control": "private, max-age=60"}, 60, "private is for us"),
    (200, {"cache-control": "max-age=60, s-maxage=1"}, 60, "s-maxage is not for us"),
    (200, {"cache-control": "max-age=60", "age": "20"}, 40, "age counts"),
    (200, {"cache-control": "max-age=60", "age": "90"}, None, "too old and nothing to ask with"),
    (200, {"cache-control": "max-age=60", "expires": DATE}, 60, "max-age before Expires"),
    (200, {"expires": LATER, "date": DATE}, 60, "Expires"),
    (200, {"expires": LATER}, 60, "Expires without Date"),
    (200, {"expires": "0", "etag": '"a"'}, 0, "an Expires that is no date is over"),
    (200, {"cache-control": "no-store, max-age=60"}, None, "no-store"),
    (200, {"cache-control": "no-cache, max-age=60", "etag": '"a"'}, 0, "no-cache asks each time"),
    (200, {"cache-control": "max-age=0", "last-modified": DATE}, 0, "revalidation only"),
    (200, {"etag": '"a"'}, 0, "an ETag alone"),
    (200, {"last-modified": DATE}, 0, "no guessing from Last-Modified"),
    (200, {}, None, "nothing to go by"),
    (200, {"cache-control": "max-age=x"}, None, "no number"),
    (200, {"cache-control": "max-age=60", "vary": "*"}, None, "Vary: *"),
    (301, {"cache-control": "max-age=60"}, 60, "a permanent redirect"),
    (302, {"cache-control": "max-age=60"}, None, "a temporary one"),
    (404, {"cache-control": "max-age=60"}, 60, "not found"),
    (206, {"cache-control": "max-age=60"}, None, "a part"),
    (500, {"cache-control": "max-age=60"}, None, "an error"),
]


@pytest.mark.parametrize(("status", "headers", "seconds", "why"), CASES, ids=[case[3] for case in CASES])
def test_table(status, headers, seconds, why):
    judged = freshness(status, headers, NOW)
    assert (None if judged is None else judged.seconds) == seconds


def test_conditions():
    judged = freshness(200, {"etag": 'W/"a"', "last-modified": DATE, "vary": "Accept, X-Y"}, NOW)
    assert judged.conditions == [b'If-None-Match: W/"a"', f"If-Modified-Since: {DATE}".encode()]
    assert judged.vary == ("accept", "x-y")
