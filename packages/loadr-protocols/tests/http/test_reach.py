"""Several addresses: the first that answers wins, the others are closed."""

import asyncio
import errno
import socket
import sys

import pytest

from loadr_protocols.http.reach import connects_at_once, staggered

V4, V6 = socket.AF_INET, socket.AF_INET6


def attempt(outcome, log, *, gate=None):
    """An attempt to connect: fails, yields a socket at once, or waits at a gate before."""

    async def run():
        log.append(outcome)
        if gate is not None:
            await gate.wait()
        if isinstance(outcome, OSError):
            raise outcome
        return outcome

    return run


@pytest.fixture
def sockets():
    made = [socket.socket() for _ in range(3)]
    yield made
    for one in made:
        one.close()


async def test_the_first_address_that_answers(sockets):
    log = []
    assert await staggered([attempt(one, log) for one in sockets]) is sockets[0]
    assert log == sockets[:1]


async def test_a_failure_starts_the_next_at_once(sockets):
    log = []
    refused = ConnectionRefusedError()
    attempts = [attempt(refused, log), attempt(sockets[1], log), attempt(sockets[2], log)]
    assert await staggered(attempts, delay=3600) is sockets[1]
    assert log == [refused, sockets[1]]


async def test_a_silent_address_does_not_hold_up_the_next(sockets):
    log, never = [], asyncio.Event()
    attempts = [attempt(sockets[0], log, gate=never), attempt(sockets[1], log)]
    assert await staggered(attempts, delay=0.01) is sockets[1]
    assert log == sockets[:2]


async def test_the_first_failure_is_told():
    failures = [ConnectionRefusedError("first"), OSError("second")]
    with pytest.raises(ConnectionRefusedError, match="first"):
        await staggered([attempt(failure, []) for failure in failures])


async def test_two_that_answer_in_the_same_turn(sockets):
    gate, log = asyncio.Event(), []
    both = [attempt(one, log, gate=gate) for one in sockets[:2]]
    connecting = asyncio.create_task(staggered(both, delay=0.001))
    while len(log) < 2:  # noqa: ASYNC110
        await asyncio.sleep(0)
    gate.set()
    winner = await connecting
    assert winner is sockets[0]
    assert winner.fileno() >= 0
    assert sockets[1].fileno() == -1


async def test_interrupted(sockets):
    connecting = asyncio.create_task(staggered([attempt(sockets[0], [], gate=asyncio.Event())]))
    await asyncio.sleep(0)
    connecting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connecting
    assert len(asyncio.all_tasks()) == 1


class Connecting:
    """A socket whose calls to connect have these outcomes."""

    def __init__(self, *codes):
        self.codes = list(codes)

    def connect_ex(self, name):
        assert name == ("127.0.0.1", 80)
        return self.codes.pop(0)


@pytest.mark.parametrize(
    ("codes", "connected"),
    [
        ([0], True),
        ([errno.EINPROGRESS, 0], True),
        ([errno.EINPROGRESS, errno.EALREADY], False),
        ([errno.EINPROGRESS, errno.EINPROGRESS], False),
    ],
    ids=["at the first call", "at the second call", "not yet", "still not"],
)
def test_what_two_calls_tell(codes, connected, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    connecting = Connecting(*codes)
    assert connects_at_once(connecting, ("127.0.0.1", 80)) is connected
    assert connecting.codes == []


@pytest.mark.parametrize(
    ("codes", "error"),
    [
        ([errno.EINPROGRESS, errno.ECONNREFUSED], ConnectionRefusedError),
        ([errno.ENETUNREACH], OSError),
        ([errno.EADDRNOTAVAIL], OSError),
    ],
    ids=["refused", "no way", "no port left"],
)
def test_what_two_calls_refuse(codes, error, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(error) as raised:
        connects_at_once(Connecting(*codes), ("127.0.0.1", 80))
    assert raised.value.errno == codes[-1]


def test_other_systems_are_not_asked_twice(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not connects_at_once(Connecting(), ("127.0.0.1", 80))
