"""What octets of a server mean: responses, resets, settings, windows."""

import struct

import pytest

from loadr_protocols.http2 import frames as fr
from loadr_protocols.http2 import settings as st
from loadr_protocols.http2.errors import ErrorCode, FieldsTooLarge
from loadr_protocols.http2.events import (
    BodySent,
    DataReceived,
    GoingAway,
    HeadReceived,
    InterimReceived,
    StreamFailed,
    TrailersReceived,
)
from loadr_protocols.http2.outgoing import CONNECTION_WINDOW, SECTION_LIMIT, STREAM_WINDOW
from loadr_protocols.http2.request_fields import RequestFields


def test_the_first_octets(new_core, server):
    frames = server.frames(new_core.take())
    assert [(kind, stream) for kind, _, stream, _ in frames] == [(fr.SETTINGS, 0), (fr.WINDOW_UPDATE, 0)]
    assert dict(st.decode_settings(frames[0][3])) == {
        st.ENABLE_PUSH: 0,
        st.INITIAL_WINDOW_SIZE: STREAM_WINDOW,
        st.MAX_HEADER_LIST_SIZE: SECTION_LIMIT,
    }
    assert int.from_bytes(frames[1][3], "big") == CONNECTION_WINDOW - st.DEFAULT_WINDOW
    assert new_core.take() == b""
    assert repr(new_core) == "<ClientCore open, 0 streams>"


def test_a_response(core, server, get):
    number = get()
    octets = server.head(number, 200, [("x", "1")]) + server.data(number, b"ab", ended=False)
    head, data = core.receive(octets)
    assert isinstance(head, HeadReceived)
    assert (head.stream, head.head.status, head.ended) == (1, 200, False)
    assert head.head.headers == {"x": "1"}
    assert data == DataReceived(number, b"ab", ended=False)
    assert core.streams
    assert core.receive(server.data(number, b"c")) == [DataReceived(number, b"c", ended=True)]
    assert not core.streams
    assert core.take() == b""


def test_streams_are_numbered(get):
    assert [get() for _ in range(3)] == [1, 3, 5]


def test_responses_in_any_order(core, server, get):
    numbers = [get() for _ in range(3)]
    octets = b"".join(server.head(number) for number in reversed(numbers))
    octets += b"".join(server.data(number, b"%d" % number) for number in numbers)
    events = core.receive(octets)
    assert [event.stream for event in events] == [5, 3, 1, 1, 3, 5]


@pytest.mark.parametrize(
    ("status", "fields", "ended"),
    [
        pytest.param(204, (), True, id="204"),
        pytest.param(304, [("content-length", 9)], True, id="304 with a length"),
        pytest.param(200, [("content-length", 0)], True, id="length 0"),
        pytest.param(500, (), True, id="500 without a body"),
    ],
)
def test_responses_without_a_body(core, server, get, status, fields, ended):
    (event,) = core.receive(server.head(get(), status, fields, ended=ended))
    assert (event.head.status, event.ended) == (status, True)
    assert not core.streams


def test_a_response_to_head_announces_a_length(core, server, get):
    (event,) = core.receive(server.head(get(bodiless=True), 200, [("content-length", 500)], ended=True))
    assert event.head.content_length == 500


def test_interim_responses(core, server, get):
    number = get()
    octets = server.head(number, 103) + server.head(number, 100) + server.head(number, 200, ended=True)
    first, second, last = core.receive(octets)
    assert first == second == InterimReceived(number)
    assert last.head.status == 200


def test_trailers(core, server, get):
    number = get()
    octets = server.head(number) + server.data(number, b"x", ended=False)
    octets += server.trailers(number, [("grpc-status", "0")])
    *_, last = core.receive(octets)
    assert isinstance(last, TrailersReceived)
    assert last.trailers.headers == {"grpc-status": "0"}
    assert not core.streams


def test_padding_and_priority(core, server, get):
    number = get()
    octets = server.head(
        number, 200, flags=fr.PADDED | fr.WITH_PRIORITY, before=b"\x03" + b"\0\0\0\1\x10", after=b"\0" * 3
    )
    octets += server.data(number, b"\x02ab\0\0", flags=fr.PADDED)
    head, data = core.receive(octets)
    assert head.head.status == 200
    assert data.data == b"ab"


def test_a_block_in_many_frames(core, server, get):
    number = get()
    block = server.block([(":status", 200), ("x", "y" * 100)])
    octets = fr.encode_frame(fr.HEADERS, fr.END_STREAM, number, block[:1])
    octets += b"".join(
        fr.encode_frame(fr.CONTINUATION, 0, number, block[at : at + 5]) for at in range(1, 51, 5)
    )
    octets += fr.encode_frame(fr.CONTINUATION, fr.END_HEADERS, number, block[51:])
    (event,) = core.receive(octets)
    assert (event.head.headers, event.ended) == ({"x": "y" * 100}, True)


# ---------------------------------------------------------------- resets


@pytest.mark.parametrize(
    ("code", "words", "unprocessed"),
    [
        pytest.param(ErrorCode.REFUSED_STREAM, "REFUSED_STREAM", True, id="refused"),
        pytest.param(ErrorCode.INTERNAL_ERROR, "INTERNAL_ERROR", False, id="internal"),
        pytest.param(0xABC, "code 0xabc", False, id="unknown code"),
    ],
)
def test_the_server_resets_a_stream(core, server, get, code, words, unprocessed):
    number, other = get(), get()
    (event,) = core.receive(fr.encode_reset(number, code))
    assert event == StreamFailed(number, code, f"reset the stream ({words})", unprocessed)
    assert list(core.streams) == [other]
    # A second one may have been on its way.
    assert core.receive(fr.encode_reset(number, code)) == []
    assert not core.failed


def test_what_comes_late_for_a_stream_that_was_reset_here(core, server, get):
    number = get()
    core.reset(number)
    assert server.frames(core.take()) == [(fr.RST_STREAM, 0, number, struct.pack(">I", ErrorCode.CANCEL))]
    core.reset(number)
    assert core.take() == b""
    late = server.head(number, 200, [("x", "1")]) + server.data(number, b"late")
    late += fr.encode_reset(number, 0) + fr.encode_window_update(number, 1)
    assert core.receive(late) == []
    # The table was kept in order: what the late head put into it is known.
    (event,) = core.receive(server.head(get(), 200, [("x", "1")], ended=True))
    assert event.head.headers == {"x": "1"}


def test_a_response_before_the_request_is_whole(core, server, post):
    number = post()
    core.send(number, b"x" * 100_000, ended=True)
    server.frames(core.take())
    events = core.receive(server.head(number, 413, ended=True))
    assert [type(event) for event in events] == [HeadReceived]
    assert server.frames(core.take()) == [(fr.RST_STREAM, 0, number, struct.pack(">I", ErrorCode.CANCEL))]
    assert core.receive(fr.encode_window_update(0, 100_000)) == []
    assert core.take() == b""


# ---------------------------------------------------------------- goodbyes


def test_going_away(core, server, get):
    first, second, third = get(), get(), get()
    events = core.receive(server.goaway(first, 0, b"maintenance"))
    said = "said goodbye (NO_ERROR: maintenance)"
    assert events == [
        GoingAway(0, said),
        StreamFailed(second, 0, said, unprocessed=True),
        StreamFailed(third, 0, said, unprocessed=True),
    ]
    assert not core.can_open
    assert repr(core) == "<ClientCore going away, 1 streams>"
    (event,) = core.receive(server.head(first, 200, ended=True))
    assert event.head.status == 200


def test_going_away_in_two_steps(core, server, get):
    first, second = get(), get()
    assert core.receive(server.goaway(2**31 - 1)) == [GoingAway(0, "said goodbye (NO_ERROR)")]
    assert list(core.streams) == [first, second]
    assert len(core.receive(server.goaway(first))) == 2
    assert list(core.streams) == [first]


def test_a_reason_that_is_no_text(core, server):
    (event,) = core.receive(server.goaway(0, 11, b"\xff\x00\x1b[31m" + b"x" * 1000))
    assert event.reason.startswith("said goodbye (ENHANCE_YOUR_CALM: \ufffd??[31mxxx")
    assert len(event.reason) < 200


def test_leaving(core, server):
    core.leave()
    assert server.frames(core.take()) == [(fr.GOAWAY, 0, 0, bytes(8))]


# ---------------------------------------------------------------- settings


def test_concurrency(core, server, get):
    assert core.peer.max_concurrent_streams == 100
    core.receive(server.settings({st.MAX_CONCURRENT_STREAMS: 2}))
    assert server.frames(core.take()) == [(fr.SETTINGS, fr.ACK, 0, b"")]
    first, _ = get(), get()
    assert not core.can_open
    core.receive(server.head(first, ended=True))
    assert core.can_open
    core.receive(server.settings({st.MAX_CONCURRENT_STREAMS: 0}))
    assert not core.can_open


def test_unknown_settings_frames_and_flags_are_ignored(core, server):
    octets = server.settings({0xFFFF: 1, 0x8: 1}) + fr.encode_frame(0x0A, 0xFF, 1, b"altsvc")
    octets += fr.encode_frame(fr.PRIORITY, 0, 3, bytes(5)) + fr.encode_frame(fr.PING, fr.ACK, 0, bytes(8))
    assert core.receive(octets) == []
    assert not core.failed


def test_ping(core, server):
    assert core.receive(fr.encode_frame(fr.PING, 0, 0, b"12345678")) == []
    assert server.frames(core.take()) == [(fr.PING, fr.ACK, 0, b"12345678")]


def test_a_smaller_table(core, server, get):
    get()
    core.receive(server.settings({st.HEADER_TABLE_SIZE: 0}))
    server.decoder.max_allowed_table_size = 0
    core.take()
    get()  # the fixture reads the block


def test_header_list_size(core, server, get):
    large = RequestFields((*((b"x", b"y" * 100),) * 10,))
    assert large.size == 10 * 133
    core.receive(server.settings({st.MAX_HEADER_LIST_SIZE: 1329}))
    core.take()
    with pytest.raises(FieldsTooLarge, match="count 1330 octets, the server takes 1329"):
        core.open(large, ended=True)
    assert core.take() == b""
    assert get() == 1


def test_long_request_fields_are_continued(core, server):
    core.open(RequestFields(((b"cookie", b"x" * 40_000),)), ended=True)
    kinds = [kind for kind, *_ in server.frames(core.take())]
    assert kinds == [fr.HEADERS, fr.CONTINUATION, fr.CONTINUATION]


# ---------------------------------------------------------------- windows


def sent_data(server, core):
    return [
        (flags, len(payload)) for kind, flags, _, payload in server.frames(core.take()) if kind == fr.DATA
    ]


def test_a_small_body(core, server, post):
    assert core.send(post(), b"body", ended=True)
    assert sent_data(server, core) == [(fr.END_STREAM, 4)]


def test_an_empty_end_needs_no_window(core, server, post):
    number = post()
    core.send(number, b"x" * 65_535, ended=False)
    assert core.send(number, b"", ended=True)
    assert sent_data(server, core)[-1] == (fr.END_STREAM, 0)


def test_a_body_waits_for_windows(core, server, post):
    number = post()
    assert not core.send(number, b"x" * 100_000, ended=True)
    assert sent_data(server, core) == [(0, 16_384)] * 3 + [(0, 16_383)]
    assert core.receive(fr.encode_window_update(0, 50_000)) == []
    assert sent_data(server, core) == []
    assert core.receive(fr.encode_window_update(number, 20_000)) == []
    assert sent_data(server, core) == [(0, 16_384), (0, 3_616)]
    assert core.receive(fr.encode_window_update(number, 100_000)) == [BodySent(number)]
    assert sent_data(server, core) == [(fr.END_STREAM, 14_465)]


def test_many_parts_of_a_body(core, server, post):
    number = post()
    assert core.send(number, b"x" * 65_000, ended=False)
    assert not core.send(number, b"y" * 1000, ended=False)
    assert not core.send(number, b"z" * 1000, ended=True)
    server.frames(core.take())
    core.receive(fr.encode_window_update(0, 10_000))
    assert core.receive(fr.encode_window_update(number, 10_000)) == [BodySent(number)]
    assert sent_data(server, core) == [(0, 465), (fr.END_STREAM, 1000)]


def test_bodies_take_turns(core, server, post):
    first, second = post(), post()
    core.receive(server.settings({st.INITIAL_WINDOW_SIZE: 2**20}))
    core.send(first, b"x" * 100_000, ended=True)
    core.send(second, b"y" * 100_000, ended=True)
    server.frames(core.take())
    core.receive(fr.encode_window_update(0, 4 * 16_384))
    streams = [stream for kind, _, stream, _ in server.frames(core.take()) if kind == fr.DATA]
    assert streams == [first, second, first, second]


def test_windows_become_smaller(core, server, post):
    number = post()
    core.send(number, b"x" * 60_000, ended=False)
    core.receive(server.settings({st.INITIAL_WINDOW_SIZE: 10_000}))
    server.frames(core.take())
    assert not core.send(number, b"y", ended=True)
    assert core.receive(fr.encode_window_update(number, 50_000)) == []
    assert core.receive(fr.encode_window_update(number, 1)) == [BodySent(number)]


def test_larger_initial_windows_let_waiting_bodies_go(core, server, post):
    number = post()
    core.receive(fr.encode_window_update(0, 100_000))
    core.send(number, b"x" * 100_000, ended=True)
    assert core.receive(server.settings({st.INITIAL_WINDOW_SIZE: 100_000})) == [BodySent(number)]


def test_larger_frames(core, server, post):
    core.receive(server.settings({st.MAX_FRAME_SIZE: 50_000}))
    server.frames(core.take())
    core.send(post(), b"x" * 60_000, ended=True)
    assert sent_data(server, core) == [(0, 50_000), (fr.END_STREAM, 10_000)]


def test_the_server_may_go_on_sending(core, server, get):
    number = get()
    core.receive(server.head(number))
    part = b"x" * 16_384
    received = 0
    updates = []
    while received <= STREAM_WINDOW:
        core.receive(server.data(number, part, ended=False))
        received += len(part)
        updates += [
            (stream, int.from_bytes(payload, "big"))
            for kind, _, stream, payload in server.frames(core.take())
            if kind == fr.WINDOW_UPDATE
        ]
    # Half of the stream's window is gone: it is opened again by what was received.
    assert updates == [(number, STREAM_WINDOW // 2 + len(part))]
    assert not core.failed
