"""Content codings: what encoders made comes back; damage, cuts and bombs are told apart and bounded."""

import gzip
import sys
import tracemalloc
import zlib
from contextlib import suppress

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_protocols.http.codings import accept_encoding, decoded
from loadr_protocols.http.errors import UndecodableBody

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT = bytes(range(256)) * 40
LIMIT = 1_000_000


def raw_deflate(body):
    encoder = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return encoder.compress(body) + encoder.flush()


ENCODERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
    "identity": bytes,
    "": bytes,
    "utf-8": bytes,
}
CODINGS = ["gzip", "deflate", "br", "zstd"]


@pytest.mark.parametrize("coding", ENCODERS)
@pytest.mark.parametrize("body", [b"", b"x", TEXT], ids=["empty", "one byte", "10 KB"])
def test_what_was_encoded_comes_back(coding, body):
    assert decoded(ENCODERS[coding](body), [coding], LIMIT) == body


@given(st.binary(max_size=2000), st.lists(st.sampled_from(CODINGS), max_size=4))
def test_codings_lie_on_top_of_each_other(body, codings):
    encoded = body
    for coding in codings:
        encoded = ENCODERS[coding](encoded)
    assert decoded(encoded, [", ".join(codings)], LIMIT) == body
    assert decoded(encoded, codings, LIMIT) == body


def test_variants():
    assert decoded(raw_deflate(TEXT), ["deflate"], LIMIT) == TEXT
    assert decoded(gzip.compress(b"a") + gzip.compress(b"b"), ["gzip"], LIMIT) == b"ab"
    assert decoded(gzip.compress(b"a") + b"\x00" * 9, ["gzip"], LIMIT) == b"a"
    assert decoded(zstd.compress(b"a") + zstd.compress(b"b"), ["zstd"], LIMIT) == b"ab"
    assert decoded(b"", ["gzip"], LIMIT) == b""


def test_what_is_offered():
    assert accept_encoding() == "gzip, deflate, br, zstd"


@pytest.mark.parametrize("coding", CODINGS)
def test_cut_bodies(coding):
    encoded = ENCODERS[coding](TEXT)
    with pytest.raises(UndecodableBody, match=rf"the {coding} body ends too early"):
        decoded(encoded[: len(encoded) // 2], [coding], LIMIT)


@pytest.mark.parametrize("coding", CODINGS)
def test_damaged_bodies(coding):
    encoded = bytearray(ENCODERS[coding](TEXT))
    encoded[:] = b"\xff" * len(encoded)
    with pytest.raises(UndecodableBody, match=rf"the {coding} body is damaged"):
        decoded(bytes(encoded), [coding], LIMIT)


@pytest.mark.parametrize("coding", CODINGS)
@given(st.binary(min_size=1, max_size=300))
def test_whatever_comes_is_a_body_or_a_reason(coding, body):
    with suppress(UndecodableBody):
        assert len(decoded(body, [coding], LIMIT)) <= LIMIT


@pytest.mark.parametrize("coding", CODINGS)
def test_bombs_are_bounded(coding):
    bomb = ENCODERS[coding](bytes(300_000_000))
    tracemalloc.start()
    with pytest.raises(UndecodableBody, match=r"grows beyond max_response_size, 1,000,000 bytes"):
        decoded(bomb, [coding], LIMIT)
    assert tracemalloc.get_traced_memory()[1] < 4 * LIMIT
    tracemalloc.stop()


def test_a_bomb_inside_a_bomb():
    bomb = gzip.compress(gzip.compress(bytes(300_000_000)))
    with pytest.raises(UndecodableBody, match="grows beyond"):
        decoded(bomb, ["gzip, gzip"], LIMIT)


def test_too_many_codings():
    with pytest.raises(UndecodableBody, match="5 content codings"):
        decoded(b"x", ["gzip"] * 5, LIMIT)
