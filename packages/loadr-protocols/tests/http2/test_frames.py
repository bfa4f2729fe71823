"""Frames: whole, in pieces, too long; the library hyperframe as the oracle."""

import itertools

import pytest
from hyperframe import frame as hf
from hypothesis import given, settings
from hypothesis import strategies as st

from loadr_protocols.http2 import frames as fr

FRAMES = st.lists(
    st.tuples(st.integers(0, 255), st.integers(0, 255), st.integers(0, 2**31 - 1), st.binary(max_size=200)),
    max_size=8,
)


def pieces(octets, cuts):
    edges = [0, *sorted(cut % (len(octets) + 1) for cut in cuts), len(octets)]
    return [octets[start:end] for start, end in itertools.pairwise(edges)]


@settings(deadline=None)
@given(FRAMES, st.lists(st.integers(0, 10_000), max_size=10), st.binary(max_size=8))
def test_chunking_does_not_matter(frames, cuts, rest):
    octets = b"".join(fr.encode_frame(*frame) for frame in frames) + rest
    reader = fr.FrameReader(200)
    found = [frame for piece in pieces(octets, cuts) for frame in reader.feed(piece)]
    assert found == frames
    assert not reader.refused


def test_byte_by_byte():
    frames = [(0, 1, 3, b"x" * 1000), (6, 0, 0, b"12345678"), (4, 1, 0, b"")]
    octets = b"".join(fr.encode_frame(*frame) for frame in frames)
    reader = fr.FrameReader(1000)
    found = [frame for octet in octets for frame in reader.feed(bytes([octet]))]
    assert found == frames


def test_frames_before_one_that_is_too_long_are_found():
    reader = fr.FrameReader(16)
    good, bad = fr.encode_frame(0, 0, 1, b"x" * 16), fr.encode_frame(0, 0, 1, b"x" * 17)
    assert reader.feed(good + bad[:5]) == [(0, 0, 1, b"x" * 16)]
    assert not reader.refused
    assert reader.feed(bad[5:] + good) == []
    assert reader.refused == bad[:9]


def test_the_reserved_bit_is_ignored():
    octets = fr.encode_frame(0, 0, 0x80000001, b"")
    assert fr.FrameReader(16).feed(octets) == [(0, 0, 1, b"")]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param(
            fr.encode_frame(fr.DATA, fr.END_STREAM, 5, b"body"),
            hf.DataFrame(5, b"body", flags=["END_STREAM"]),
            id="data",
        ),
        pytest.param(fr.encode_window_update(7, 99), hf.WindowUpdateFrame(7, 99), id="window update"),
        pytest.param(fr.encode_reset(7, 8), hf.RstStreamFrame(7, 8), id="reset"),
        pytest.param(fr.encode_goaway(1, "why"), hf.GoAwayFrame(0, 0, 1, b"why"), id="goaway"),
        pytest.param(
            fr.encode_headers(3, b"block", 16_384, ended=True),
            hf.HeadersFrame(3, b"block", flags=["END_STREAM", "END_HEADERS"]),
            id="headers",
        ),
    ],
)
def test_like_the_oracle(ours, theirs):
    assert ours == theirs.serialize()


@pytest.mark.parametrize("size", [0, 1, 10, 11, 19, 20, 21, 45])
def test_long_blocks_are_continued(size):
    block = bytes(range(size))
    frames = fr.FrameReader(10).feed(fr.encode_headers(1, block, 10, ended=True))
    assert b"".join(payload for *_, payload in frames) == block
    assert [kind for kind, *_ in frames] == [fr.HEADERS, *[fr.CONTINUATION] * (len(frames) - 1)]
    assert [bool(flags & fr.END_HEADERS) for _, flags, *_ in frames] == [*[False] * (len(frames) - 1), True]
    assert [flags & fr.END_STREAM for _, flags, *_ in frames] == [1, *[0] * (len(frames) - 1)]
