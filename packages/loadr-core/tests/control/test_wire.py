"""The control protocol: what is a request, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.control import KillLoad, Pause, Request, Resume, Scale, StopLoad
from loadr_core.control.wire import Answer, decode_answer, decode_request, encode
from loadr_core.errors import ControlError

ORDERS = {
    b'{"command": "status"}': None,
    b'{"command": "pause"}': Pause(),
    b'{"command": "pause", "scenario": "a"}': Pause("a"),
    b'{"command": "resume"}': Resume(),
    b'{"command": "scale", "scenario": "a", "vus": 7}': Scale("a", vus=7),
    b'{"command": "scale", "rate": 2.5}': Scale(rate=2.5),
    b'{"command": "scale", "rate": 2}': Scale(rate=2.0),
    b'{"command": "scale", "vus": 0}': Scale(vus=0),
    b'{"command": "stop"}\n': StopLoad(),
    b'{"command": "kill", "scenario": "a", "token": "t"}': KillLoad("a"),
}


@pytest.mark.parametrize(("line", "order"), ORDERS.items(), ids=str)
def test_a_request_is_an_order(line, order):
    assert decode_request(line).order() == order


NO_REQUESTS = {
    "nothing": (b"\n", "Invalid JSON"),
    "no JSON": (b"GET / HTTP/1.1\r\n", "Invalid JSON"),
    "no object": (b"[1]", "object"),
    "no command": (b"{}", "command: Field required"),
    "an unknown command": (b'{"command": "reboot"}', "command: Input should be"),
    "an unknown key": (b'{"command": "stop", "force": true}', "force: Extra inputs"),
    "a scale of nothing": (b'{"command": "scale"}', "scale needs either vus or rate"),
    "a scale of both": (b'{"command": "scale", "vus": 1, "rate": 1}', "scale needs either vus or rate"),
    "a number that belongs elsewhere": (b'{"command": "stop", "vus": 1}', "vus belongs to scale"),
    "negative VUs": (b'{"command": "scale", "vus": -1}', "vus: Input should be greater"),
    "half a VU": (b'{"command": "scale", "vus": 1.5}', "vus: Input should be a valid integer"),
    "countless VUs": (b'{"command": "scale", "vus": 99999999999999999999}', "vus: "),
    "no number": (b'{"command": "scale", "rate": "fast"}', "rate: Input should be a valid number"),
    "infinity": (b'{"command": "scale", "rate": Infinity}', "rate: "),
    "bytes that are no text": (b'{"command": "\xff"}', ""),
    "deep nesting": (b"[" * 10_000, ""),
}


@pytest.mark.parametrize(("line", "problem"), NO_REQUESTS.values(), ids=NO_REQUESTS)
def test_what_is_no_request_is_told_why(line, problem):
    with pytest.raises(ControlError, match="no control request: ") as refused:
        decode_request(line)
    assert problem in str(refused.value)


@given(st.binary(max_size=200))
def test_no_bytes_do_any_harm(data):
    try:
        decode_request(data)
    except ControlError:
        return


@given(
    st.sampled_from(["status", "pause", "resume", "stop", "kill"]),
    st.none() | st.text(max_size=20),
    st.none() | st.text(max_size=20),
)
def test_a_request_survives_the_way(command, scenario, token):
    request = Request(command=command, scenario=scenario, token=token)
    line = encode(request)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode_request(line) == request


def test_a_token_is_not_shown():
    assert "hunter2" not in repr(Request(command="stop", token="hunter2"))


def test_an_answer_survives_the_way():
    assert decode_answer(encode(Answer(ok=False, error="no\nway"))) == Answer(ok=False, error="no\nway")
    with pytest.raises(ControlError, match="no answer of a run: "):
        decode_answer(b"HTTP/1.1 400 Bad Request\r\n")
