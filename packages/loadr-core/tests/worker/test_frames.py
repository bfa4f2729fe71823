import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.worker.frames import encode, read_message
from loadr_core.worker.messages import Go, Stop


class Trickle(io.RawIOBase):
    """A stream that gives at most `step` bytes at a time, as a pipe may."""

    def __init__(self, data, step):
        self._data = io.BytesIO(data)
        self._step = step

    def read(self, size=-1):
        return self._data.read(min(size, self._step))


@given(st.lists(st.text() | st.integers() | st.binary(), max_size=5), st.integers(1, 50))
def test_messages_arrive_whole_and_in_order_however_they_are_cut(messages, step):
    stream = Trickle(b"".join(encode(message) for message in messages), step)
    assert [read_message(stream) for _ in messages] == messages
    assert read_message(stream) is None


@pytest.mark.parametrize("missing", [1, 5])
def test_a_stream_that_ends_inside_a_message_is_at_its_end(missing):
    assert read_message(io.BytesIO(encode(Stop("why"))[:-missing])) is None


def test_commands_cross_as_values():
    stream = io.BytesIO(encode(Go(3.5)) + encode(Stop("why")))
    assert [read_message(stream), read_message(stream)] == [Go(3.5), Stop("why")]
