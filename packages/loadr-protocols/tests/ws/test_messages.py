"""Messages from frames: fragments, control frames between them, texts, closings."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.extensions.permessage_deflate import PerMessageDeflate
from websockets.frames import Frame as OracleFrame
from websockets.frames import Opcode

from loadr_protocols.ws.deflate import Deflate, DeflateParameters, parse_parameters
from loadr_protocols.ws.frames import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, WsError
from loadr_protocols.ws.messages import NO_STATUS, Closing, Message, MessageReader, Ping, Pong


def frames(*given_frames):
    return b"".join(server_frame(*frame) for frame in given_frames)


def server_frame(opcode, data, fin=True, rsv1=False):
    # Made by hand: the other implementation sends nothing that is wrong.
    return bytes([opcode | 0x80 * fin | 0x40 * rsv1, len(data)]) + data


@pytest.mark.parametrize(
    ("stream", "items"),
    [
        (frames((TEXT, b"hi")), [Message(b"hi", True)]),
        (frames((BINARY, b"\xff")), [Message(b"\xff", False)]),
        (frames((TEXT, "grüß".encode())), [Message("grüß".encode(), True)]),
        (frames((TEXT, b"")), [Message(b"", True)]),
        (
            frames((TEXT, b"a", False), (CONTINUATION, b"b", False), (CONTINUATION, b"c")),
            [Message(b"abc", True)],
        ),
        (frames((TEXT, b"\xc3", False), (CONTINUATION, b"\xbc")), [Message("ü".encode(), True)]),
        (
            frames((BINARY, b"a", False), (PING, b"p"), (CONTINUATION, b"b")),
            [Ping(b"p"), Message(b"ab", False)],
        ),
        (frames((PONG, b"x")), [Pong(b"x")]),
        (frames((CLOSE, b"")), [Closing(NO_STATUS, "")]),
        (frames((CLOSE, b"\x03\xe9going")), [Closing(1001, "going")]),
    ],
)
def test_read(stream, items):
    assert MessageReader(1000).feed(stream) == items
    reader = MessageReader(1000)
    assert [item for octet in stream for item in reader.feed(bytes([octet]))] == items, "byte by byte"


@pytest.mark.parametrize(
    ("stream", "code", "words"),
    [
        (frames((CONTINUATION, b"x")), 1002, "no message to continue"),
        (frames((TEXT, b"a", False), (TEXT, b"b")), 1002, "begins inside another"),
        (frames((TEXT, b"\xff")), 1007, "not UTF-8"),
        (frames((TEXT, b"\xc3", False), (CONTINUATION, b"a")), 1007, "not UTF-8"),
        (frames((TEXT, b"\xed\xa0\x80")), 1007, "not UTF-8"),
        (frames((TEXT, b"a", True, True)), 1002, "compressed, which was not agreed on"),
        (frames((PING, b"a", True, True)), 1002, "marked as compressed"),
        (frames((CLOSE, b"\x03")), 1002, "may not be sent"),
        (frames((CLOSE, b"\x03\xed")), 1002, "may not be sent"),
        (frames((CLOSE, b"\x00\x00")), 1002, "may not be sent"),
        (frames((CLOSE, b"\x03\xe8\xff")), 1007, "not UTF-8"),
        (
            frames((BINARY, b"x" * 60, False), (CONTINUATION, b"x" * 60)),
            1009,
            "longer than max_response_size",
        ),
    ],
)
def test_refused(stream, code, words):
    with pytest.raises(WsError, match=words) as caught:
        MessageReader(100).feed(stream)
    assert caught.value.code == code


# ------------------------------------------------------------ compression


def oracle(parameters):
    """The server's side of another implementation."""
    return PerMessageDeflate(
        remote_no_context_takeover=not parameters.client_keeps_context,
        local_no_context_takeover=not parameters.server_keeps_context,
        remote_max_window_bits=parameters.client_bits,
        local_max_window_bits=15,
    )


PARAMETERS = st.builds(DeflateParameters, st.booleans(), st.booleans(), st.integers(9, 15))


@given(PARAMETERS, st.lists(st.one_of(st.binary(max_size=300), st.just(b"ab" * 5000)), max_size=5))
def test_both_sides_understand_each_other(parameters, messages):
    client, server = Deflate(parameters, 100_000), oracle(parameters)
    for message in messages:
        sent = OracleFrame(Opcode.BINARY, client.compress(message), True, True)
        assert server.decode(sent).data == message
        answer = server.encode(OracleFrame(Opcode.BINARY, message))
        assert client.decompress(answer.data) == message


def test_a_bomb_is_refused_before_it_is_whole():
    compressor = zlib.compressobj(wbits=-15)
    bomb = compressor.compress(bytes(10_000_000)) + compressor.flush(zlib.Z_SYNC_FLUSH)
    with pytest.raises(WsError, match="longer than max_response_size, 1,000 bytes"):
        Deflate(DeflateParameters(), 1000).decompress(bomb[:-4])


def test_what_is_damaged_is_told():
    with pytest.raises(WsError, match="damaged"):
        Deflate(DeflateParameters(), 1000).decompress(b"\xff\xff\xff")


@pytest.mark.parametrize(
    ("answer", "parameters"),
    [
        ("", DeflateParameters()),
        ("server_no_context_takeover", DeflateParameters(server_keeps_context=False)),
        (
            " client_no_context_takeover; client_max_window_bits=10",
            DeflateParameters(client_keeps_context=False, client_bits=10),
        ),
        ('server_max_window_bits="12"', DeflateParameters()),
    ],
)
def test_parameters(answer, parameters):
    assert parse_parameters(answer) == parameters


@pytest.mark.parametrize(
    "answer",
    [
        "client_max_window_bits=16",
        "client_max_window_bits",
        "x=1",
        "a b",
        "x",
        "server_max_window_bits=9; server_max_window_bits=9",
    ],
)
def test_wrong_parameters(answer):
    with pytest.raises(WsError, match="permessage-deflate"):
        parse_parameters(answer)
