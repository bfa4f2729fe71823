"""The handshake apart from the connection that follows it."""

import asyncio
import ssl

import pytest

from loadr_protocols.http.errors import ErrorKind, ExchangeFailed
from loadr_protocols.http.link import Link, TlsHandshake
from loadr_protocols.http.tls import TlsChannel
from loadr_testing.servers import LoopbackAuthority, Reset, ScriptedServer, Send, Stall


@pytest.fixture(scope="module")
def authority():
    return LoopbackAuthority()


class Taker(Link):
    """Takes over and keeps what it reads."""

    def __init__(self, peer, tls):
        super().__init__(peer, tls)
        self.read = b""

    def connection_made(self, transport):
        super().connection_made(transport)
        self.data_received(b"")

    def data_received(self, data):
        self.read += self._decrypt(self._tls, data)

    def close(self):
        self._transport.abort()


async def shake_hands(server, context):
    loop = asyncio.get_running_loop()
    tls = TlsChannel(context, "localhost")
    handshake = TlsHandshake(loop, "peer", tls)
    await loop.create_connection(lambda: handshake, server.host, server.port)
    assert repr(handshake) == "<TlsHandshake peer under way>"
    await handshake.done
    assert repr(handshake) == "<TlsHandshake peer established>"
    return handshake, Taker("peer", tls)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])
async def test_what_comes_early_is_not_lost(authority, until, version):
    context = authority.server_context()
    context.minimum_version = context.maximum_version = version
    async with ScriptedServer((Send(b"early"), Stall()), ssl_context=context) as server:
        handshake, taker = await shake_hands(server, authority.client_context())
        # Read by the handshake's protocol, on purpose: the change of protocols is in the caller's hands.
        await until(lambda: handshake._tls._incoming.pending > len(b"early"))
        handshake.hand_over(taker)
        await until(lambda: taker.read == b"early")
        assert taker._bytes_sent == handshake._bytes_sent > 0
        assert taker._bytes_received >= handshake._bytes_received > 0
        taker.close()


async def test_no_hand_over_of_a_closed_connection(authority, until):
    async with ScriptedServer((Reset(),), ssl_context=authority.server_context()) as server:
        handshake, taker = await shake_hands(server, authority.client_context())
        await until(lambda: handshake._lost)
        with pytest.raises(ExchangeFailed, match="closed the connection") as raised:
            handshake.hand_over(taker)
        assert raised.value.kind is ErrorKind.CONNECTION
        handshake.abort()


async def test_cancelled_while_shaking_hands(authority, until):
    loop = asyncio.get_running_loop()
    async with ScriptedServer((Stall(),)) as server:
        handshake = TlsHandshake(loop, "peer", TlsChannel(authority.client_context(), "localhost"))
        await loop.create_connection(lambda: handshake, server.host, server.port)
        handshake.done.cancel()
        handshake.abort()
        await until(lambda: handshake._lost)
