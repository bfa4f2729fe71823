"""Whole conversations with the library h2 as the server: both must mean the same by every octet."""

import itertools
from dataclasses import dataclass, field

import h2.config
import h2.connection
import h2.events
import h2.settings
from hypothesis import given, settings
from hypothesis import strategies as st

from loadr_protocols.http2.core import ClientCore
from loadr_protocols.http2.events import (
    BodySent,
    ConnectionFailed,
    DataReceived,
    HeadReceived,
    StreamFailed,
    TrailersReceived,
)
from loadr_protocols.http2.fields import FieldCache
from loadr_protocols.http2.request_fields import RequestFields

VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60)
FIELDS = st.lists(st.tuples(st.sampled_from(["x-a", "x-b", "set-cookie", "etag"]), VALUES), max_size=5)
BODIES = st.lists(st.integers(0, 90_000), max_size=3).map(
    lambda sizes: [bytes([65]) * size for size in sizes]
)


@dataclass
class Planned:
    """A request and what it is answered with."""

    path: str
    fields: list
    body: list
    status: int
    answer_fields: list
    answer: list
    trailers: list
    reset: int | None


PLANNED = st.builds(
    Planned,
    path=st.sampled_from(["/", "/a", "/b?c=d", "/long/" + "x" * 300]),
    fields=FIELDS,
    body=BODIES,
    status=st.sampled_from([200, 201, 204, 404, 500]),
    answer_fields=FIELDS,
    answer=BODIES,
    trailers=FIELDS,
    reset=st.sampled_from([None, None, None, 2, 8]),
)


@dataclass
class Seen:
    """What came of a request on the client's side."""

    status: int = 0
    fields: list = field(default_factory=list)
    body: bytes = b""
    trailers: list = field(default_factory=list)
    outcome: str = ""


class Conversation:
    def __init__(self, plans, setting, rhythm):
        self.client = ClientCore(FieldCache())
        self.server = h2.connection.H2Connection(
            h2.config.H2Configuration(client_side=False, header_encoding="utf-8")
        )
        self.server.initiate_connection()
        # In force with the client's acknowledgement, so before the first request.
        self.server.update_settings(setting)
        self.rhythm = itertools.cycle(rhythm)
        self.waiting = list(plans)
        self.plans = {}
        self.seen = {}
        self.requests = {}
        self.bodies = {}
        self.pending = {}
        while self._to_server() + self._to_client():
            pass

    def run(self):
        for _ in range(20_000):
            moved = self._open() + self._to_server() + self._answer() + self._to_client()
            if not moved and not self.waiting and all(one.outcome for one in self.seen.values()):
                return
        raise AssertionError("the conversation does not end")

    def _open(self):
        opened = 0
        while self.waiting and self.client.can_open:
            plan = self.waiting.pop(0)
            fields = [
                (":method", "PUT"),
                (":scheme", "https"),
                (":authority", "h"),
                (":path", plan.path),
                *plan.fields,
            ]
            request = RequestFields(tuple((n.encode(), v.encode()) for n, v in fields))
            number = self.client.open(request, ended=not plan.body)
            for place, part in enumerate(plan.body, 1):
                self.client.send(number, part, ended=place == len(plan.body))
            self.plans[number], self.seen[number] = plan, Seen()
            opened += 1
        return opened

    def _to_server(self):
        octets = self.client.take()
        for piece in self._pieces(octets):
            for event in self.server.receive_data(piece):
                self._served(event)
        return len(octets)

    def _served(self, event):
        match event:
            case h2.events.RequestReceived():
                self.requests[event.stream_id] = [tuple(one) for one in event.headers]
                self.bodies[event.stream_id] = b""
            case h2.events.DataReceived():
                self.bodies[event.stream_id] += event.data
                self.server.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            case h2.events.StreamEnded():
                self._begin(event.stream_id)

    def _begin(self, number):
        plan = self.plans[number]
        if plan.reset is not None and not plan.answer:
            self.server.reset_stream(number, plan.reset)
            return
        bare = not plan.answer and not plan.trailers
        self.server.send_headers(
            number, [(":status", str(plan.status)), *plan.answer_fields], end_stream=bare
        )
        if not bare:
            self.pending[number] = b"".join(plan.answer)

    def _answer(self):
        moved = 0
        for number in list(self.pending):
            body = self.pending[number]
            room = min(
                self.server.local_flow_control_window(number),
                self.server.max_outbound_frame_size,
                next(self.rhythm),
            )
            piece, self.pending[number] = body[:room], body[room:]
            plan = self.plans[number]
            last = not self.pending[number]
            self.server.send_data(number, piece, end_stream=last and not plan.trailers and plan.reset is None)
            moved += 1
            if last:
                del self.pending[number]
                if plan.reset is not None:
                    self.server.reset_stream(number, plan.reset)
                elif plan.trailers:
                    self.server.send_headers(number, plan.trailers, end_stream=True)
        return moved

    def _to_client(self):
        octets = self.server.data_to_send()
        for piece in self._pieces(octets):
            for event in self.client.receive(piece):
                self._received(event)
        return len(octets)

    def _received(self, event):
        assert not isinstance(event, ConnectionFailed), event
        one = self.seen[event.stream]
        match event:
            case HeadReceived(head=head, ended=ended):
                one.status, one.fields = head.status, head.fields
                one.outcome = "ended" if ended else ""
            case DataReceived(data=data, ended=ended):
                one.body += data
                one.outcome = "ended" if ended else ""
            case TrailersReceived(trailers=trailers):
                one.trailers, one.outcome = trailers.fields, "ended"
            case StreamFailed(code=code):
                one.outcome = f"reset {code}"
            case BodySent():
                pass

    def _pieces(self, octets):
        at = 0
        while at < len(octets):
            size = next(self.rhythm)
            yield octets[at : at + size]
            at += size


@settings(deadline=None, max_examples=60)
@given(
    plans=st.lists(PLANNED, min_size=1, max_size=6),
    setting=st.fixed_dictionaries(
        {},
        optional={
            h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: st.sampled_from([1000, 65_535, 1_000_000]),
            h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: st.sampled_from([1, 2, 100]),
            h2.settings.SettingCodes.MAX_FRAME_SIZE: st.sampled_from([16_384, 50_000]),
            h2.settings.SettingCodes.HEADER_TABLE_SIZE: st.sampled_from([0, 200, 4096, 65_536]),
        },
    ),
    rhythm=st.lists(st.sampled_from([500, 977, 16_384, 70_000]), min_size=1, max_size=5),
)
def test_conversations(plans, setting, rhythm):
    conversation = Conversation(plans, setting, rhythm)
    conversation.run()
    assert len(conversation.seen) == len(plans)
    for number, plan in conversation.plans.items():
        seen = conversation.seen[number]
        assert conversation.requests[number][3:] == [(":path", plan.path), *plan.fields]
        assert conversation.bodies[number] == b"".join(plan.body)
        if plan.reset is not None:
            assert seen.outcome == f"reset {plan.reset}"
            continue
        assert (seen.status, seen.fields, seen.outcome) == (plan.status, plan.answer_fields, "ended")
        assert seen.body == b"".join(plan.answer)
        assert seen.trailers == plan.trailers
    assert not conversation.client.streams


def test_the_oracle_sees_a_clean_goodbye():
    conversation = Conversation([], {}, [100])
    conversation.client.leave()
    (*_, last) = conversation.server.receive_data(conversation.client.take())
    assert isinstance(last, h2.events.ConnectionTerminated)
    assert last.error_code == 0
