"""Field compression: the examples of RFC 7541, the library hpack as the oracle, hostile blocks."""

import hpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadr_protocols.http2.errors import CompressionError, FieldsTooLarge
from loadr_protocols.http2.hpack import TABLE_LIMIT, Decoder, Encoder
from loadr_protocols.http2.static_table import STATIC_TABLE

REQUESTS = [  # appendix C.3 (plain strings) and C.4 (Huffman code): block, block, fields
    (
        "828684410f7777772e6578616d706c652e636f6d",
        "828684418cf1e3c2e5f23a6ba0ab90f4ff",
        [(b":method", b"GET"), (b":scheme", b"http"), (b":path", b"/"), (b":authority", b"www.example.com")],
    ),
    (
        "828684be58086e6f2d6361636865",
        "828684be5886a8eb10649cbf",
        [
            (b":method", b"GET"),
            (b":scheme", b"http"),
            (b":path", b"/"),
            (b":authority", b"www.example.com"),
            (b"cache-control", b"no-cache"),
        ],
    ),
    (
        "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
        "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
        [
            (b":method", b"GET"),
            (b":scheme", b"https"),
            (b":path", b"/index.html"),
            (b":authority", b"www.example.com"),
            (b"custom-key", b"custom-value"),
        ],
    ),
]
NAMES = st.sampled_from([b":path", b":status", b"server", b"x-id", b"x-other", b"cookie", b"content-length"])
FIELDS = st.lists(st.tuples(NAMES, st.binary(max_size=300)), max_size=12)
SIZES = st.one_of(st.none(), st.sampled_from([0, 40, 100, 1000, 4096, 100_000]))


def decoder(largest=64 * 1024):
    return Decoder(largest)


@pytest.mark.parametrize("column", [0, 1], ids=["plain", "huffman"])
def test_examples_of_rfc_7541(column):
    one = decoder()
    for example in REQUESTS:
        assert list(one.decode(bytes.fromhex(example[column]))) == example[2]


def test_encoding_is_what_the_examples_say():
    encoder = Encoder()
    assert [encoder.encode(fields).hex() for _, _, fields in REQUESTS] == [plain for plain, _, _ in REQUESTS]


def test_static_table():
    assert [(name, value) for name, value in STATIC_TABLE[1:]] == list(hpack.table.HeaderTable.STATIC_TABLE)


@settings(deadline=None)
@given(st.lists(st.tuples(SIZES, FIELDS), max_size=30))
def test_the_oracle_reads_what_is_encoded(blocks):
    encoder, oracle = Encoder(), hpack.Decoder(max_header_list_size=2**20)
    for size, fields in blocks:
        if size is not None:
            encoder.limit(size)
        assert [tuple(field) for field in oracle.decode(encoder.encode(fields), raw=True)] == fields


@settings(deadline=None)
@given(st.lists(st.tuples(SIZES, st.booleans(), FIELDS), max_size=30))
def test_what_the_oracle_encodes_is_read(blocks):
    one, oracle = decoder(2**20), hpack.Encoder()
    for size, huffman, fields in blocks:
        if size is not None:
            oracle.header_table_size = min(size, TABLE_LIMIT)
        assert list(one.decode(oracle.encode(fields, huffman=huffman))) == fields


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_octets_like_the_oracle(block):
    one, oracle = decoder(), hpack.Decoder(max_header_list_size=64 * 1024)
    try:
        expected = [tuple(field) for field in oracle.decode(block, raw=True)]
    except hpack.HPACKError:
        with pytest.raises(CompressionError):
            one.decode(block)
    else:
        assert list(one.decode(block)) == expected


@pytest.mark.parametrize(
    ("block", "words"),
    [
        pytest.param("80", "index 0", id="index zero"),
        pytest.param("be", "index 62", id="index beyond the table"),
        pytest.param("7e00", "index 62", id="name beyond the table"),
        pytest.param("ffffffffff0f", "does not end", id="endless index"),
        pytest.param("ff", "does not end", id="cut index"),
        pytest.param("0003", "inside of a string", id="cut string"),
        pytest.param("00", "inside of a field", id="no name"),
        pytest.param("0001", "inside of a string", id="name cut"),
        pytest.param("000161", "inside of a field", id="no value"),
        pytest.param("007fffffffff7f", "does not end", id="endless length"),
        pytest.param("007f808080", "does not end", id="cut length"),
        pytest.param("3fe21f", "4097", id="table too large"),
        pytest.param("8220", "behind a field", id="size update too late"),
        pytest.param("008207ff00", "ends inside", id="bad Huffman name"),
    ],
)
def test_malformed_blocks(block, words):
    with pytest.raises(CompressionError, match=words):
        decoder().decode(bytes.fromhex(block))


def test_too_large_fields_leave_the_table_in_order():
    sender = hpack.Encoder()
    one = decoder(100)
    with pytest.raises(FieldsTooLarge, match="100 are accepted"):
        one.decode(sender.encode([(b"a", b"1" * 60), (b"b", b"2" * 60)]))
    assert one.decode(sender.encode([(b"b", b"2" * 60)])) == ((b"b", b"2" * 60),)


def test_a_bomb_is_not_unpacked():
    # One entry of nearly the table's size, and then one octet each to name it: 64 MB in 16 KB.
    sender = hpack.Encoder()
    one = decoder()
    one.decode(sender.encode([(b"x", b"y" * 4000)]))
    with pytest.raises(FieldsTooLarge, match=r"fields of 66\d{6} octets"):
        one.decode(b"\xbe" * 16_384)
    assert one.decode(b"\xbe") == ((b"x", b"y" * 4000),)


@pytest.mark.parametrize("name", [b":path", b"content-length", b"traceparent", b"if-none-match"])
def test_what_changes_does_not_enter_the_table(name):
    encoder = Encoder()
    before = encoder.revision
    encoder.encode([(name, b"value")])
    assert encoder.revision == before


def test_large_fields_do_not_enter_the_table():
    encoder = Encoder()
    before = encoder.revision
    encoder.encode([(b"cookie", b"x" * 3000)])
    assert encoder.revision == before
    encoder.encode([(b"cookie", b"x" * 300)])
    assert encoder.revision != before


def test_whether_a_block_depends_on_the_table():
    sender, one = hpack.Encoder(), decoder()
    for fields, relative in [
        ([(b":status", b"200")], False),
        ([(b"a", b"1")], False),
        ([(b":status", b"200")], False),
        ([(b"a", b"1")], True),
        ([(b"a", b"2")], True),
    ]:
        one.decode(sender.encode(fields))
        assert one.relative is relative
