import hmac

import pytest

from loadr_js.hosts.md4 import Md4


@pytest.mark.parametrize(
    ("text", "hash_"),
    [  # RFC 1320, A.5
        ("", "31d6cfe0d16ae931b73c59d7e0c089c0"),
        ("a", "bde52cb31de33e46245e05fbdbd6fb24"),
        ("message digest", "d9130a8164549fe818874806e1c7014b"),
        ("1234567890" * 8, "e33b4ddc9c38f2199c3e7b164fcc0536"),
    ],
)
def test_the_hashes_of_the_standard(text, hash_):
    assert Md4(text.encode()).hexdigest() == hash_


def test_what_is_given_in_parts_is_the_whole():
    whole, parts = Md4(b"x" * 200), Md4()
    for _ in range(20):
        parts.update(b"x" * 10)
    assert parts.copy().digest() == whole.digest()
    assert repr(parts) == "<Md4 of 200 bytes>"


def test_it_serves_hmac():
    # RFC 2202 has none for MD4; this one is k6's.
    assert hmac.new(b"key", b"onetwo", Md4).hexdigest() == "a886414c03208c8f523aca99b92db196"
