"""Address lookup: the cache, whose turn it is, lookups that fall together."""

import asyncio
import socket
from random import Random

import pytest

from loadr_protocols.http import resolving
from loadr_protocols.http.errors import ExchangeFailed
from loadr_protocols.http.hosts import Hosts
from loadr_protocols.http.resolving import Resolver, families_in_turn

FOUR, SIX = socket.AF_INET, socket.AF_INET6
THREE = [(FOUR, ("10.0.0.1", 0)), (FOUR, ("10.0.0.2", 0)), (FOUR, ("10.0.0.3", 0))]


class VirtualClock:
    time = 100.0

    def now(self):
        return self.time


@pytest.fixture
def asked(monkeypatch):
    """Stands in for the system's resolver, which cannot be made to count, wait or fail."""
    asked = []

    async def answer(host):
        asked.append(host)
        await asyncio.sleep(0)
        return list(THREE)

    monkeypatch.setattr(resolving, "_system_addresses", answer)
    return asked


def resolver(clock, select="first", ttl=300.0, **hosts):
    return Resolver(clock, Hosts(hosts), ttl=ttl, select=select, random=Random(7))


async def ips(resolver, host="h.test", port=80):
    return [address[0] for _, address in await resolver.look_up(host, port)]


async def test_an_answer_is_kept_for_its_time(asked):
    clock = VirtualClock()
    found = resolver(clock, ttl=10)
    for port in (80, 443):
        assert await found.look_up("h.test", port) == [(FOUR, (f"10.0.0.{n}", port)) for n in (1, 2, 3)]
    assert asked == ["h.test"]
    clock.time += 10
    await ips(found)
    assert asked == ["h.test", "h.test"]
    assert repr(found) == "<Resolver first, 1 hosts known>"


async def test_with_no_time_to_live_each_connection_asks(asked):
    found = resolver(VirtualClock(), ttl=0)
    await ips(found)
    await ips(found)
    assert asked == ["h.test"] * 2


async def test_lookups_that_fall_together_are_one(asked):
    found = resolver(VirtualClock())
    answers = await asyncio.gather(*(ips(found) for _ in range(5)))
    assert answers == [["10.0.0.1", "10.0.0.2", "10.0.0.3"]] * 5
    assert asked == ["h.test"]


async def test_who_waits_asks_itself_where_the_first_one_gave_up(asked):
    found = resolver(VirtualClock())
    first = asyncio.create_task(ips(found))
    second = asyncio.create_task(ips(found))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
    assert asked == ["h.test"] * 2


async def test_in_turn(asked):
    found = resolver(VirtualClock(), "round_robin")
    assert [(await ips(found))[0] for _ in range(4)] == ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.1"]
    assert await ips(found) == ["10.0.0.2", "10.0.0.3", "10.0.0.1"]


async def test_at_random(asked):
    found = resolver(VirtualClock(), "random")
    firsts = [(await ips(found))[0] for _ in range(300)]
    assert {ip: firsts.count(ip) > 60 for ip in firsts} == {
        "10.0.0.1": True,
        "10.0.0.2": True,
        "10.0.0.3": True,
    }


async def test_addresses_need_no_lookup(asked):
    found = resolver(VirtualClock(), **{"named.test": "127.0.0.9:81"})
    assert await found.look_up("127.0.0.1", 80) == [(FOUR, ("127.0.0.1", 80))]
    assert await found.look_up("::1", 80) == [(SIX, ("::1", 80))]
    assert await found.look_up("named.test", 80) == [(FOUR, ("127.0.0.9", 81))]
    assert asked == []


def test_both_families_in_turn():
    addresses = [(SIX, "a"), (SIX, "b"), (FOUR, "c"), (SIX, "d")]
    assert families_in_turn(addresses) == [(SIX, "a"), (FOUR, "c"), (SIX, "b"), (SIX, "d")]


async def test_the_system_is_asked():
    found = resolver(VirtualClock())
    assert {"127.0.0.1", "::1"} & set(await ips(found, "localhost"))
    with pytest.raises(ExchangeFailed, match=r"cannot look up nowhere\.invalid") as failure:
        await ips(found, "nowhere.invalid")
    assert failure.value.kind == "dns"
    with pytest.raises(ExchangeFailed, match="no host name"):
        await ips(found, "a" * 64 + ".test")
