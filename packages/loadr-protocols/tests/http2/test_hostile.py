"""A server that breaks the rules: the connection or the stream ends, with a reason, in bounded memory.

The cases follow those of h2spec that a server can commit against a client.
"""

import itertools
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from loadr_protocols.http2 import frames as fr
from loadr_protocols.http2 import settings as st
from loadr_protocols.http2.core import FRAME_LIMIT, IDLE_FRAME_LIMIT, ClientCore
from loadr_protocols.http2.errors import ErrorCode
from loadr_protocols.http2.events import ConnectionFailed, StreamFailed
from loadr_protocols.http2.fields import FieldCache
from loadr_protocols.http2.outgoing import SECTION_LIMIT, STREAM_WINDOW
from loadr_protocols.http2.request_fields import RequestFields
from loadr_protocols.http2.responses import CONTINUATION_LIMIT, INTERIM_LIMIT

PROTOCOL, SIZE, FLOW = ErrorCode.PROTOCOL_ERROR, ErrorCode.FRAME_SIZE_ERROR, ErrorCode.FLOW_CONTROL_ERROR
CALM = ErrorCode.ENHANCE_YOUR_CALM

frame = fr.encode_frame

# Each is sent while streams 1 (nothing received), 3 (its head received) and 5 (ended) exist.
FATAL = [
    ("DATA on no stream", frame(fr.DATA, 0, 0, b"x"), PROTOCOL, "DATA on stream 0, which was never opened"),
    ("DATA on an idle stream", frame(fr.DATA, 0, 99, b"x"), PROTOCOL, "stream 99, which was never opened"),
    ("DATA on an even stream", frame(fr.DATA, 0, 2, b"x"), PROTOCOL, "stream 2, which was never opened"),
    ("DATA after the end", frame(fr.DATA, 0, 5, b"x"), ErrorCode.STREAM_CLOSED, "stream 5, which had ended"),
    ("HEADERS after the end", frame(fr.HEADERS, 4, 5, b"\x88"), ErrorCode.STREAM_CLOSED, "had ended"),
    ("HEADERS on no stream", frame(fr.HEADERS, 4, 0, b"\x88"), PROTOCOL, "never opened"),
    ("HEADERS on an idle stream", frame(fr.HEADERS, 4, 99, b"\x88"), PROTOCOL, "never opened"),
    ("padding without room", frame(fr.DATA, fr.PADDED, 3, b"\x05abcd"), PROTOCOL, "more padding"),
    ("padding in nothing", frame(fr.DATA, fr.PADDED, 3, b""), PROTOCOL, "more padding"),
    ("padding of HEADERS", frame(fr.HEADERS, fr.PADDED | 4, 1, b"\x02\x88"), PROTOCOL, "more padding"),
    (
        "priority cut off",
        frame(fr.HEADERS, fr.WITH_PRIORITY | 4, 1, b"\0\0\0"),
        SIZE,
        "inside of their priority",
    ),
    ("PRIORITY on no stream", frame(fr.PRIORITY, 0, 0, bytes(5)), PROTOCOL, "PRIORITY without a stream"),
    ("RST_STREAM on no stream", frame(fr.RST_STREAM, 0, 0, bytes(4)), PROTOCOL, "never opened"),
    ("RST_STREAM on an idle stream", frame(fr.RST_STREAM, 0, 99, bytes(4)), PROTOCOL, "never opened"),
    ("RST_STREAM of three", frame(fr.RST_STREAM, 0, 1, bytes(3)), SIZE, "RST_STREAM of 3 octets"),
    ("SETTINGS on a stream", frame(fr.SETTINGS, 0, 1), PROTOCOL, "SETTINGS on a stream"),
    ("SETTINGS of seven", frame(fr.SETTINGS, 0, 0, bytes(7)), SIZE, "SETTINGS of 7 octets"),
    ("acknowledged SETTINGS", frame(fr.SETTINGS, fr.ACK, 0, bytes(6)), SIZE, "SETTINGS of 6 octets"),
    ("ENABLE_PUSH", frame(fr.SETTINGS, 0, 0, struct.pack(">HI", 2, 1)), PROTOCOL, "ENABLE_PUSH"),
    ("INITIAL_WINDOW_SIZE", frame(fr.SETTINGS, 0, 0, struct.pack(">HI", 4, 2**31)), FLOW, "INITIAL_WINDOW"),
    ("MAX_FRAME_SIZE small", frame(fr.SETTINGS, 0, 0, struct.pack(">HI", 5, 16383)), PROTOCOL, "to 16383"),
    ("MAX_FRAME_SIZE large", frame(fr.SETTINGS, 0, 0, struct.pack(">HI", 5, 2**24)), PROTOCOL, "MAX_FRAME"),
    ("PUSH_PROMISE", frame(fr.PUSH_PROMISE, 4, 1, b"\0\0\0\2\x82"), PROTOCOL, "pushed a response"),
    ("PING on a stream", frame(fr.PING, 0, 1, bytes(8)), PROTOCOL, "PING on a stream"),
    ("PING of seven", frame(fr.PING, 0, 0, bytes(7)), SIZE, "PING of 7 octets"),
    ("GOAWAY on a stream", frame(fr.GOAWAY, 0, 1, bytes(8)), PROTOCOL, "GOAWAY on a stream"),
    ("GOAWAY of seven", frame(fr.GOAWAY, 0, 0, bytes(7)), SIZE, "GOAWAY of 7 octets"),
    ("WINDOW_UPDATE of three", frame(fr.WINDOW_UPDATE, 0, 0, bytes(3)), SIZE, "WINDOW_UPDATE of 3 octets"),
    (
        "WINDOW_UPDATE of nothing",
        frame(fr.WINDOW_UPDATE, 0, 0, bytes(4)),
        PROTOCOL,
        "WINDOW_UPDATE of nothing",
    ),
    ("WINDOW_UPDATE on an idle stream", fr.encode_window_update(99, 1), PROTOCOL, "never opened"),
    (
        "connection window overflow",
        fr.encode_window_update(0, 2**31 - 1),
        FLOW,
        "connection's window too far",
    ),
    ("CONTINUATION without HEADERS", frame(fr.CONTINUATION, 4, 1, b"\x88"), PROTOCOL, "without HEADERS"),
    (
        "another frame inside of a block",
        frame(fr.HEADERS, 0, 1, b"\x88") + frame(fr.PING, 0, 0, bytes(8)),
        PROTOCOL,
        "inside of a field block",
    ),
    (
        "an unknown frame inside of a block",
        frame(fr.HEADERS, 0, 1, b"\x88") + frame(0xEE, 0, 0),
        PROTOCOL,
        "inside of a field block",
    ),
    (
        "CONTINUATION of another stream",
        frame(fr.HEADERS, 0, 1, b"\x88") + frame(fr.CONTINUATION, 4, 3, b""),
        PROTOCOL,
        "without HEADERS",
    ),
    (
        "no HPACK",
        frame(fr.HEADERS, 4, 1, b"\xff\xff\xff\xff\xff"),
        ErrorCode.COMPRESSION_ERROR,
        "cannot be read",
    ),
    ("a frame too long", frame(fr.DATA, 0, 3, bytes(FRAME_LIMIT + 1)), SIZE, "frame of 16385 octets"),
    (
        "a second GOAWAY that takes more",
        frame(fr.GOAWAY, 0, 0, struct.pack(">II", 1, 0)) + frame(fr.GOAWAY, 0, 0, struct.pack(">II", 3, 0)),
        PROTOCOL,
        "took back",
    ),
]


@pytest.fixture
def three(core, server, get):
    """Streams 1 (nothing received), 3 (its head received) and 5 (ended)."""
    assert [get() for _ in range(3)] == [1, 3, 5]
    core.receive(server.head(3) + server.head(5, ended=True))
    return core


@pytest.mark.parametrize("step", [10**9, 1], ids=["whole", "bytes"])
@pytest.mark.parametrize(
    ("octets", "code", "words"), [case[1:] for case in FATAL], ids=[case[0] for case in FATAL]
)
def test_what_ends_the_connection(three, server, octets, code, words, step):
    events = []
    for at in range(0, len(octets), step):
        events += three.receive(octets[at : at + step])
    last = events[-1]
    assert isinstance(last, ConnectionFailed)
    assert last.code == code
    assert words in last.reason
    assert three.failed
    assert not three.streams
    assert not three.can_open
    assert repr(three) == "<ClientCore failed, 0 streams>"
    *_, (kind, _, _, payload) = server.frames(three.take())
    assert kind == fr.GOAWAY
    assert payload == struct.pack(">II", 0, code) + last.reason.encode()
    assert three.receive(server.head(1)) == []


def test_frames_before_the_mistake_count(three, server):
    events = three.receive(server.data(3, b"whole") + frame(fr.PING, 0, 1, bytes(8)))
    assert [type(event).__name__ for event in events] == ["DataReceived", "ConnectionFailed"]


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        pytest.param(frame(fr.PING, 0, 0, bytes(8)), "did not begin with SETTINGS", id="another frame"),
        pytest.param(frame(fr.SETTINGS, fr.ACK, 0), "did not begin with SETTINGS", id="an acknowledgement"),
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n\r\n", "it speaks no HTTP/2", id="HTTP/1.1"),
        pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n", "frame of 5460808 octets", id="another protocol"),
    ],
)
@pytest.mark.parametrize("step", [10**9, 1], ids=["whole", "bytes"])
def test_what_is_no_beginning(new_core, octets, words, step):
    events = []
    for at in range(0, len(octets), step):
        events += new_core.receive(octets[at : at + step])
    (event,) = events
    assert isinstance(event, ConnectionFailed)
    assert words in event.reason


def fields(*pairs):
    return [(":status", 200), *pairs]


STREAM = [
    ("a name in upper case", fields(("X-Upper", "1")), "malformed field: 'X-Upper: 1'"),
    ("an empty name", fields(("", "1")), "malformed field"),
    ("a space in a name", fields(("a b", "1")), "malformed field"),
    ("a line break in a value", fields(("a", "1\r\nb: 2")), "malformed field"),
    ("NUL in a value", fields(("a", "1\0")), "malformed field"),
    ("a field hidden in a value", fields(("a", "1\nb\x002")), "malformed field"),
    ("no status", [("a", "1")], "it has no :status"),
    ("two statuses", fields((":status", 200)), "the status is not one number"),
    ("a status behind a field", [("a", "1"), (":status", 200)], "the status is not one number"),
    ("a status that is no number", [(":status", "2x0")], "the status is not one number"),
    ("a long status", [(":status", "2000")], "the status is not one number"),
    ("a request's pseudo-field", fields((":path", "/")), "malformed field: ':path: /'"),
    ("an unknown pseudo-field", fields((":x", "1")), "malformed field: ':x: 1'"),
    ("connection", fields(("connection", "close")), "does not belong into HTTP/2"),
    ("transfer-encoding", fields(("transfer-encoding", "chunked")), "does not belong into HTTP/2"),
    ("te", fields(("te", "gzip")), "does not belong into HTTP/2"),
    ("two lengths", fields(("content-length", 1), ("content-length", 2)), "invalid content-length"),
    ("a negative length", fields(("content-length", "-1")), "invalid content-length"),
    ("status 101", [(":status", 101)], "ended a response with status 101"),
]


@pytest.mark.parametrize(
    ("section", "words"), [case[1:] for case in STREAM], ids=[case[0] for case in STREAM]
)
def test_what_ends_one_stream(core, server, get, section, words):
    number, other = get(), get()
    octets = frame(fr.HEADERS, fr.END_HEADERS, number, server.block(section))
    (event,) = core.receive(octets)
    assert isinstance(event, StreamFailed)
    assert (event.stream, event.code, event.unprocessed) == (number, PROTOCOL, False)
    assert words in event.reason
    assert server.frames(core.take()) == [(fr.RST_STREAM, 0, number, struct.pack(">I", PROTOCOL))]
    # The others go on.
    assert core.receive(server.data(number, b"late")) == []
    (event,) = core.receive(server.head(other, 200, ended=True))
    assert event.head.status == 200


BODIES = [
    ("a body before its head", lambda s, n: s.data(n, b"x"), PROTOCOL, "a body before its head"),
    ("an interim response that ends", lambda s, n: s.head(n, 103, ended=True), PROTOCOL, "with status 103"),
    (
        "a body that is too long",
        lambda s, n: s.head(n, 200, [("content-length", 3)]) + s.data(n, b"four"),
        PROTOCOL,
        "longer body",
    ),
    (
        "a body that is too short",
        lambda s, n: s.head(n, 200, [("content-length", 5)]) + s.data(n, b"four"),
        PROTOCOL,
        "1 octets before",
    ),
    (
        "no body at all",
        lambda s, n: s.head(n, 200, [("content-length", 5)], ended=True),
        PROTOCOL,
        "5 octets before",
    ),
    (
        "trailers before the end",
        lambda s, n: s.head(n) + s.trailers(n, [("a", "1")], ended=False),
        PROTOCOL,
        "second head",
    ),
    ("a second head", lambda s, n: s.head(n) + s.head(n, ended=True), PROTOCOL, "second head"),
    (
        "a pseudo-field in trailers",
        lambda s, n: s.head(n) + s.trailers(n, [(":path", "/")]),
        PROTOCOL,
        "malformed field",
    ),
    ("a window update of nothing", lambda _, n: fr.encode_window_update(n, 0), PROTOCOL, "of nothing"),
    ("a window overflow", lambda _, n: fr.encode_window_update(n, 2**31 - 1), FLOW, "window too far"),
    (
        "endless interim responses",
        lambda s, n: b"".join(s.head(n, 100) for _ in range(INTERIM_LIMIT + 1)),
        CALM,
        "interim responses",
    ),
]


@pytest.mark.parametrize(
    ("make", "code", "words"), [case[1:] for case in BODIES], ids=[case[0] for case in BODIES]
)
def test_what_ends_one_stream_later(core, server, get, make, code, words):
    number, other = get(), get()
    event = core.receive(make(server, number))[-1]
    assert isinstance(event, StreamFailed)
    assert (event.stream, event.code) == (number, code)
    assert words in event.reason
    assert server.frames(core.take()) == [(fr.RST_STREAM, 0, number, struct.pack(">I", code))]
    assert list(core.streams) == [other]
    assert not core.failed


def test_changed_windows_that_overflow(core, server, post):
    number = post()
    core.receive(fr.encode_window_update(number, 2**31 - 1 - st.DEFAULT_WINDOW))
    (event,) = core.receive(server.settings({st.INITIAL_WINDOW_SIZE: st.DEFAULT_WINDOW + 1}))
    assert (event.code, event.reason) == (FLOW, "opened a stream's window too far")
    assert isinstance(event, ConnectionFailed)


def test_more_than_the_streams_window(core, server, get):
    number = get()
    core.receive(server.head(number))
    stream = core.streams[number]
    stream.receivable = 10
    event = core.receive(server.data(number, bytes(11)))[-1]
    assert (event.code, event.reason) == (FLOW, "sent more than the stream's window")
    assert isinstance(event, StreamFailed)


def test_more_than_the_connections_window(core, server, get):
    number = get()
    core.receive(server.head(number))
    core._intake._receivable = 10
    event = core.receive(server.data(number, bytes(11)))[-1]
    assert (event.code, event.reason) == (FLOW, "sent more than the connection's window")
    assert isinstance(event, ConnectionFailed)


# ---------------------------------------------------------------- floods and bombs


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(frame(fr.PING, 0, 0, bytes(8)), id="pings"),
        pytest.param(frame(fr.SETTINGS, 0, 0), id="settings"),
        pytest.param(frame(fr.DATA, 0, 3), id="empty data"),
        pytest.param(frame(fr.DATA, fr.PADDED, 3, b"\x01\0"), id="padding"),
        pytest.param(frame(fr.PRIORITY, 0, 3, bytes(5)), id="priorities"),
        pytest.param(fr.encode_reset(5, 0), id="resets"),
        pytest.param(fr.encode_window_update(1, 1), id="window updates"),
        pytest.param(frame(0xEE, 0, 0), id="unknown frames"),
    ],
)
def test_floods(three, one):
    events = three.receive(one * (IDLE_FRAME_LIMIT + 10))
    assert events[-1] == ConnectionFailed(CALM, f"sent {IDLE_FRAME_LIMIT} frames without progress")
    assert len(three.take()) < 20 * IDLE_FRAME_LIMIT


def test_what_is_no_flood(core, server, get):
    for _ in range(4):
        number = get()
        assert core.receive(frame(fr.PING, 0, 0, bytes(8)) * (IDLE_FRAME_LIMIT // 2)) == []
        core.receive(server.head(number) + server.data(number, b"x"))
        core.take()
    assert not core.failed


def test_a_long_body_in_small_windows_is_no_flood(core, server, post):
    number = post()
    core.receive(fr.encode_window_update(0, 2**30))
    core.send(number, bytes(65_535 + 2 * IDLE_FRAME_LIMIT), ended=True)
    for _ in range(2 * IDLE_FRAME_LIMIT):
        core.receive(fr.encode_window_update(number, 1))
    assert not core.failed
    assert core.streams[number].is_sent


def test_a_flood_of_continuations(three):
    octets = frame(fr.HEADERS, 0, 1, b"\x88") + frame(fr.CONTINUATION, 0, 1) * 10_000
    (event,) = three.receive(octets)
    assert (event.code, event.reason) == (CALM, "sent a field block in more than 64 frames")


def test_a_block_without_end(three):
    octets = frame(fr.HEADERS, 0, 1, b"\x88") + frame(fr.CONTINUATION, 0, 1, bytes(FRAME_LIMIT)) * 100
    (event,) = three.receive(octets)
    assert (event.code, event.reason) == (CALM, f"sent a field block of more than {SECTION_LIMIT} octets")
    assert CONTINUATION_LIMIT * FRAME_LIMIT > SECTION_LIMIT


def test_a_bomb_ends_its_stream(core, server, get):
    number, other = get(), get()
    core.receive(server.head(number, 200, [("x", "y" * 3900)]))
    bomb = frame(fr.HEADERS, fr.END_HEADERS | fr.END_STREAM, other, b"\x88" + b"\xbe" * 16_000)
    (event,) = core.receive(bomb)
    assert isinstance(event, StreamFailed)
    assert event.code == CALM
    assert event.reason.startswith("sent too large a head: fields of 62")


def test_many_streams_that_were_reset_are_forgotten(core, server):
    request = RequestFields(((b":method", b"GET"),))
    for _ in range(10_000):
        core.reset(core.open(request, ended=True))
    core.take()
    assert len(core._reset) <= 4096


def test_a_body_cannot_outgrow_its_window(core, server, get):
    # Whatever it says about itself: what was not asked for is at most the window.
    number = get()
    core.receive(server.head(number, 200, [("content-length", 10**15)]))
    assert core.streams[number].receivable == STREAM_WINDOW


# ---------------------------------------------------------------- fuzz


@settings(deadline=None, max_examples=300)
@given(some.binary(max_size=400), some.lists(some.integers(0, 400), max_size=6))
def test_any_octets(octets, cuts):
    outcomes = []
    for edges in ([], cuts):
        core = ClientCore(FieldCache())
        core.open(RequestFields(((b":method", b"GET"),)), ended=True)
        events = core.receive(fr.encode_frame(fr.SETTINGS, 0, 0))
        bounds = [0, *sorted(edges), len(octets)]
        for start, end in itertools.pairwise(bounds):
            events += core.receive(octets[start:end])
        outcomes.append(
            [(type(event), event[0], str(event[-1])) for event in events if "Fields" not in repr(event)]
        )
    assert outcomes[0] == outcomes[1]


FRAMES = some.lists(
    some.tuples(
        some.integers(0, 10),
        some.integers(0, 255),
        some.sampled_from([0, 1, 3, 5, 2, 99]),
        some.one_of(
            some.binary(max_size=30), some.sampled_from([bytes(4), bytes(8), b"\x88", b"\x88\x0f\x0d\x011"])
        ),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=500)
@given(FRAMES)
def test_any_frames(frames):
    core = ClientCore(FieldCache())
    request = RequestFields(((b":method", b"GET"),))
    for _ in range(3):
        core.open(request, ended=True)
    assert core.receive(fr.encode_frame(fr.SETTINGS, 0, 0)) == []
    ended = set()
    for one in frames:
        for event in core.receive(fr.encode_frame(*one)):
            assert not isinstance(event, ConnectionFailed) or core.failed
            if isinstance(event, StreamFailed) or getattr(event, "ended", False):
                assert event.stream not in ended, "a stream ends once"
                ended.add(event.stream)
    assert not ended & set(core.streams)
