"""Reading sections, and what of it is remembered."""

import hpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadr_protocols.http2.errors import CompressionError, MalformedFields
from loadr_protocols.http2.fields import UNKNOWN_LENGTH, FieldCache, FieldReader, Fields
from loadr_protocols.http2.hpack import Decoder


@pytest.fixture
def everywhere():
    return FieldCache()


@pytest.fixture
def reader(everywhere):
    return FieldReader(64 * 1024, everywhere)


def test_a_head():
    head = Fields([(b":status", b"200"), (b"x", b" a\t"), (b"set-cookie", b"1"), (b"set-cookie", b"2")])
    assert (head.status, head.version, head.content_length) == (200, "HTTP/2", UNKNOWN_LENGTH)
    assert head.headers == {"x": "a", "set-cookie": "1, 2"}
    assert head.headers is head.headers
    assert head.fields == [("x", "a"), ("set-cookie", "1"), ("set-cookie", "2")]
    assert head.values("set-cookie") == ["1", "2"]
    assert head.values("y") == []
    assert repr(head) == "<Fields 200 3 fields>"


def test_trailers():
    trailers = Fields([(b"grpc-status", b"0")])
    assert trailers.status == 0
    assert repr(trailers) == "<Fields trailers 1 fields>"
    assert Fields([]).headers == {}


@pytest.mark.parametrize("values", [(b"5",), (b"5", b"5"), (b"5, 5",)])
def test_length(values):
    section = [(b":status", b"200"), *((b"content-length", value) for value in values)]
    assert Fields(section).content_length == 5


def test_values_may_be_any_text():
    assert Fields([(b":status", b"200"), (b"x", "ö\t€".encode())]).values("x") == [
        "ö\t€".encode().decode("latin-1")
    ]


def test_blocks_without_the_table_mean_the_same_everywhere(reader, everywhere):
    block = b"\x88\x00\x01a\x011"  # a literal that is not put into the table
    first = reader.read(block)
    assert everywhere[block].fields is first
    assert FieldReader(64 * 1024, everywhere).read(block) is first


def test_blocks_that_only_insert_are_decoded_once(reader, everywhere):
    sender, other = hpack.Encoder(), FieldReader(64 * 1024, everywhere)
    inserts = sender.encode([(b":status", b"200"), (b"a", b"1"), (b"b", b"2")])
    first = reader.read(inserts)
    assert everywhere[inserts].inserted == ((b"a", b"1"), (b"b", b"2"))
    # What is known is done to each table as often as it comes.
    for known in (reader, other, other):
        assert known.read(inserts) is first
    relative = b"\x88\xbf\xbe"
    for known in (reader, other):
        assert known.read(relative).fields == [("a", "1"), ("b", "2")]
    assert other.read(b"\x88\xc1").fields == [("a", "1")]


def test_blocks_with_the_table_mean_the_same_until_it_changes(reader, everywhere):
    sender = hpack.Encoder()
    fields = [(b":status", b"200"), (b"a", b"1")]
    reader.read(sender.encode(fields))
    known = sender.encode(fields)
    first = reader.read(known)
    assert reader.read(known) is first
    reader.read(sender.encode([(b":status", b"200"), (b"b", b"2")]))
    # The same octets now mean the field that was inserted last.
    assert reader.read(known).headers == {"b": "2"}
    assert known not in everywhere


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 700), st.booleans()), max_size=60))
def test_memory_changes_nothing(blocks):
    """Whatever is remembered, each block means what a decoder without memory says."""
    everywhere = FieldCache(4)
    sender, reader, plain = hpack.Encoder(), FieldReader(64 * 1024, everywhere), Decoder(64 * 1024)
    for name, size, from_fresh in blocks:
        fields = [(b":status", b"200"), (b"x-%d" % name, b"y" * size)]
        # A block that refers to nothing is right for every table: so is the first one of a new encoder.
        block = hpack.Encoder().encode(fields) if from_fresh else sender.encode(fields)
        if from_fresh:
            sender.header_table.add(*fields[1])
        expected = plain.decode(block)
        assert reader.read(block).raw == expected[1:]
        assert list(reader._decoder._fields) == list(plain._fields)
        assert reader._decoder._size == plain._size


def test_a_table_that_changed_before_a_mistake(reader):
    sender = hpack.Encoder()
    reader.read(sender.encode([(b":status", b"200"), (b"a", b"1")]))
    known = reader.read(b"\x88\xbe")
    assert known.headers == {"a": "1"}
    with pytest.raises(MalformedFields):
        reader.read(sender.encode([(b":status", b"200"), (b"B", b"2")]))
    with pytest.raises(MalformedFields):
        reader.read(b"\x88\xbe")
    with pytest.raises(CompressionError):
        reader.read(b"\xff")


def test_long_blocks_are_not_remembered(everywhere):
    everywhere.keep(b"x" * FieldCache.LONGEST_BLOCK, Fields([]))
    everywhere.keep(b"x" * (FieldCache.LONGEST_BLOCK + 1), Fields([]))
    assert len(everywhere) == 1


def test_few_blocks_are_remembered():
    cache = FieldCache(3)
    for number in range(10):
        cache.keep(bytes([number]), Fields([]))
        assert len(cache) <= 3
    assert bytes([9]) in cache
