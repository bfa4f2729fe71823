import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_protocols.grpc.framing import (
    FramingError,
    MessageReader,
    MessageTooLong,
    decode_messages,
    encode_message,
)


@given(st.lists(st.tuples(st.binary(max_size=100), st.booleans()), max_size=5))
def test_what_is_encoded_is_decoded(messages):
    body = b"".join(encode_message(octets, compress=compress) for octets, compress in messages)
    assert decode_messages(body, "gzip", 1000) == [octets for octets, _ in messages]


@pytest.mark.parametrize(
    ("body", "coding", "words"),
    [
        (b"\x00\x00\x00", None, "ends inside the prefix"),
        (b"\x00\x00\x00\x00\x02a", None, "ends inside a message of 2 bytes"),
        (b"\x02\x00\x00\x00\x00", None, "unknown flag 2"),
        (b"\x01\x00\x00\x00\x01a", None, "compressed with nothing that was named"),
        (b"\x01\x00\x00\x00\x01a", "snappy", "compressed with snappy"),
        (b"\x01\x00\x00\x00\x01a", "gzip", "damaged"),
        (encode_message(bytes(10_000), compress=True), "gzip", "longer than max_response_size, 100 bytes"),
    ],
)
def test_refused(body, coding, words):
    with pytest.raises(FramingError, match=words):
        decode_messages(body, coding, 100)


def test_a_message_on_the_wire():
    assert encode_message(b"ab") == b"\x00\x00\x00\x00\x02ab"
    assert gzip.decompress(encode_message(b"ab", compress=True)[5:]) == b"ab"


@given(
    st.lists(st.tuples(st.binary(max_size=100), st.booleans()), max_size=5),
    st.integers(1, 50),
    st.binary(max_size=4),
)
def test_a_body_may_come_in_any_parts(messages, size, rest):
    body = b"".join(encode_message(octets, compress=compress) for octets, compress in messages) + rest
    reader = MessageReader(1000)
    reader.coding = "gzip"
    found = [one for at in range(0, len(body), size) for one in reader.feed(body[at : at + size])]
    assert found == [octets for octets, _ in messages]
    assert reader.is_between is not bool(rest)


def test_a_message_is_refused_as_soon_as_its_length_is_known():
    reader = MessageReader(100)
    with pytest.raises(MessageTooLong) as refused:
        reader.feed(b"\x00\x00\x00\x00\x65")
    assert (refused.value.length, refused.value.limit) == (101, 100)
    with pytest.raises(FramingError, match="unknown flag 9"):
        MessageReader(100).feed(b"\x09\x00\x00\x00\x00")


def test_a_compressed_message_is_refused_by_its_length_behind_the_compression():
    reader = MessageReader(100)
    reader.coding = "gzip"
    with pytest.raises(MessageTooLong) as refused:
        reader.feed(encode_message(bytes(10_000), compress=True))
    assert (refused.value.length, refused.value.limit) == (101, 100)
