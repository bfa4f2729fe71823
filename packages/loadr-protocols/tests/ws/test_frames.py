"""Frames against an independent implementation, the library websockets."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame as OracleFrame
from websockets.frames import Opcode
from websockets.streams import StreamReader

from loadr_protocols.ws.frames import (
    BINARY,
    CLOSE,
    PING,
    TEXT,
    FixedFrame,
    Frame,
    FrameReader,
    WsError,
    encode_frame,
    masked,
)

PAYLOADS = st.one_of(
    st.binary(max_size=200),
    st.sampled_from([125, 126, 127, 65_535, 65_536, 70_000]).map(lambda size: b"\xab" * size),
)


def oracle_reads(octets):
    """What the other implementation makes of a client's frame."""
    stream = StreamReader()
    stream.feed_data(octets)
    parser = OracleFrame.parse(stream.read_exact, mask=True)
    try:
        while True:
            next(parser)
    except StopIteration as done:
        return done.value


def server_frame(opcode, payload, *, fin=True, rsv1=False):
    octets = OracleFrame(Opcode(opcode), payload, fin).serialize(mask=False)
    # Without an extension the other implementation refuses the bit.
    return bytes([octets[0] | 0x40 * rsv1]) + octets[1:]


@given(st.sampled_from([TEXT, BINARY]), PAYLOADS, st.booleans())
def test_another_implementation_reads_what_is_sent(opcode, payload, compressed):
    octets = encode_frame(opcode, payload, compressed=compressed)
    assert bool(octets[0] & 0x40) is compressed
    frame = oracle_reads(bytes([octets[0] & ~0x40]) + octets[1:])
    assert (frame.opcode, frame.data, frame.fin) == (opcode, payload, True)


@given(st.sampled_from([TEXT, BINARY]), PAYLOADS)
def test_a_fixed_frame_is_the_same_under_a_key_of_its_own_each_time(opcode, payload):
    fixed = FixedFrame(opcode, payload)
    encoded = [fixed.encoded() for _ in range(3)]
    for octets in encoded:
        frame = oracle_reads(octets)
        assert (frame.opcode, frame.data, frame.fin) == (opcode, payload, True)
        assert len(octets) == len(encode_frame(opcode, payload))
    assert len(set(encoded)) > 1


@given(
    st.lists(
        st.tuples(st.sampled_from([TEXT, BINARY, 0]), PAYLOADS, st.booleans(), st.booleans()), max_size=4
    ),
    st.lists(st.integers(0, 400), max_size=6),
)
def test_what_another_implementation_sends_is_read_however_it_is_split(frames, cuts):
    stream = b"".join(server_frame(opcode, data, fin=fin, rsv1=rsv1) for opcode, data, fin, rsv1 in frames)
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    reader = FrameReader(1 << 20)
    read = [frame for a, b in pairwise(edges) for frame in reader.feed(stream[a:b])]
    assert read == [Frame(*frame) for frame in frames]


@given(st.binary(max_size=50), st.binary(min_size=4, max_size=4))
def test_masking_twice_is_nothing(payload, key):
    assert masked(masked(payload, key), key) == payload
    assert masked(payload, key) == bytes(octet ^ key[n % 4] for n, octet in enumerate(payload))


@pytest.mark.parametrize(
    ("octets", "code", "words"),
    [
        (b"\xa1\x00", 1002, "reserved bits"),
        (b"\x83\x00", 1002, "unknown opcode 3"),
        (b"\x8b\x00", 1002, "unknown opcode 11"),
        (b"\x09\x00", 1002, "control frame is fragmented"),
        (server_frame(PING, b"")[:1] + b"\x7e\x00\x7e", 1002, "longer than 125 bytes"),
        (b"\x81\x80abcd", 1002, "is masked"),
        (b"\x81\xfe\x00\x7eabcd", 1002, "is masked"),
        (b"\x82\x7f\x00\x00\x00\x00\x00\x10\x00\x00", 1009, "longer than max_response_size, 1,000 bytes"),
        (b"\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 1009, "longer than max_response_size"),
    ],
)
def test_refused(octets, code, words):
    with pytest.raises(WsError, match=words) as caught:
        FrameReader(1000).feed(octets)
    assert caught.value.code == code


def test_a_close_frame_can_be_read_by_the_other_implementation():
    assert oracle_reads(encode_frame(CLOSE, (1000).to_bytes(2, "big") + b"bye")).data == b"\x03\xe8bye"
