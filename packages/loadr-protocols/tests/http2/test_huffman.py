"""The Huffman code, beside the library hpack as the oracle."""

import pytest
from hpack.exceptions import HPACKError
from hpack.huffman import HuffmanEncoder
from hpack.huffman_constants import REQUEST_CODES, REQUEST_CODES_LENGTH
from hpack.huffman_table import decode_huffman
from hypothesis import given, settings
from hypothesis import strategies as st

from loadr_protocols.http2.errors import CompressionError
from loadr_protocols.http2.huffman import LENGTHS, decode

ENCODER = HuffmanEncoder(REQUEST_CODES, REQUEST_CODES_LENGTH)


def test_lengths():
    assert list(LENGTHS) == list(REQUEST_CODES_LENGTH)


@pytest.mark.parametrize(
    ("coded", "plain"),
    [
        pytest.param("f1e3c2e5f23a6ba0ab90f4ff", b"www.example.com", id="C.4.1"),
        pytest.param("a8eb10649cbf", b"no-cache", id="C.4.2"),
        pytest.param(
            "d07abe941054d444a8200595040b8166e082a62d1bff", b"Mon, 21 Oct 2013 20:13:21 GMT", id="C.6.1"
        ),
        pytest.param("", b"", id="empty"),
    ],
)
def test_examples_of_rfc_7541(coded, plain):
    assert decode(bytes.fromhex(coded)) == plain


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_what_the_oracle_encodes(plain):
    assert decode(ENCODER.encode(plain)) == plain


@settings(deadline=None)
@given(st.binary(max_size=40))
def test_any_octets_like_the_oracle(coded):
    try:
        expected = bytes(decode_huffman(coded))
    except HPACKError:
        with pytest.raises(CompressionError):
            decode(coded)
    else:
        assert decode(coded) == expected


@pytest.mark.parametrize(
    ("coded", "words"),
    [
        pytest.param("fffffffc", "end-of-string symbol", id="end of string inside"),
        pytest.param("ffffffff", "end-of-string symbol", id="end of string as padding"),
        pytest.param("07ff", "ends inside", id="eight bits of padding"),
        pytest.param("1e", "ends inside", id="padding of zeros"),
    ],
)
def test_what_is_refused(coded, words):
    with pytest.raises(CompressionError, match=words):
        decode(bytes.fromhex(coded))
