"""Who speaks what with whom: ALPN against servers that offer this and that."""

import asyncio

import pytest

from loadr_protocols.http.url import Origin
from loadr_protocols.http.versions import VERSIONS
from loadr_testing.servers import LoopbackAuthority, ReadRequest, ScriptedServer, Send, Stall

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
# What each version speaks with a server that offers both, only HTTP/1.1, nothing; and in the clear.
SPOKEN = {
    "auto": ("HTTP/2", "HTTP/1.1", "HTTP/1.1"),
    "http1": ("HTTP/1.1", "HTTP/1.1", "HTTP/1.1"),
    "http2": ("HTTP/2", "does not offer HTTP/2", "does not offer HTTP/2"),
    "http2-prior-knowledge": ("HTTP/2", "does not offer HTTP/2", "does not offer HTTP/2"),
}
OFFERS = [("h2", "http/1.1"), ("http/1.1",), ()]


@pytest.fixture(scope="module")
def authority():
    return LoopbackAuthority()


async def answer(peer, _):
    while True:
        peer.send(peer.make.head(await peer.request(), ended=True))


@pytest.mark.parametrize("offer", range(3), ids=["both", "HTTP/1.1", "nothing"])
@pytest.mark.parametrize("version", list(SPOKEN))
async def test_over_tls(make_client, authority, tmp_path, frame_server, version, offer):
    client = make_client(version=version, tls={"ca_file": str(authority.write_ca_file(tmp_path))})
    context = authority.server_context(alpn=OFFERS[offer])
    expected = SPOKEN[version][offer]
    speaks_2 = expected == "HTTP/2"
    script = ScriptedServer((ReadRequest(), Send(OK), ReadRequest(), Send(OK), Stall()), ssl_context=context)
    async with frame_server(answer, ssl_context=context) if speaks_2 else script as server:
        for _ in range(2):
            response = await client.send(server.url)
            if expected.startswith("HTTP"):
                assert (response.status, response.proto, response.error) == (200, expected, None)
            else:
                assert (response.status, response.error_kind) == (0, "tls")
                assert expected in response.error
        assert server.connections == 1 or not expected.startswith("HTTP")
        assert client.session.open_connections == (1 if expected.startswith("HTTP") else 0)


@pytest.mark.parametrize("version", ["auto", "http1", "http2"])
async def test_in_the_clear(make_client, version):
    client = make_client(version=version)
    async with ScriptedServer((ReadRequest(), Send(OK), Stall())) as server:
        assert (await client.send(server.url)).proto == "HTTP/1.1"


async def test_requests_wait_to_learn_what_is_spoken(make_client, authority, tmp_path, frame_server):
    client = make_client(tls={"ca_file": str(authority.write_ca_file(tmp_path))})
    async with frame_server(answer, ssl_context=authority.server_context(alpn=("h2",))) as server:
        responses = await asyncio.gather(*[client.send(server.url, timeout=60) for _ in range(10)])
        assert [response.proto for response in responses] == ["HTTP/2"] * 10
        assert server.connections == 1


async def test_requests_open_their_own_once_it_is_learned(make_client, authority, tmp_path):
    client = make_client(tls={"ca_file": str(authority.write_ca_file(tmp_path))}, connections_per_host=3)
    script = (*(ReadRequest(), Send(OK)) * 20, Stall())  # whatever share of the requests each has
    async with ScriptedServer(script, ssl_context=authority.server_context()) as server:
        for _ in range(2):
            responses = await asyncio.gather(*[client.send(server.url, timeout=60) for _ in range(10)])
            assert [response.status for response in responses] == [200] * 10
        assert server.connections == 3


async def test_waiting_requests_go_on_after_a_failure(make_client, authority, tmp_path):
    client = make_client(tls={"ca_file": str(authority.write_ca_file(tmp_path))})
    async with ScriptedServer(()) as server:
        url = server.url.replace("http:", "https:")
        responses = await asyncio.gather(*[client.send(url) for _ in range(3)])
        assert [response.error_kind for response in responses] == ["tls"] * 3


@pytest.mark.parametrize("version", list(SPOKEN))
def test_possible(version):
    versions = VERSIONS[version]
    assert versions.possible("https") == versions.offered
    assert versions.possible("http") == (versions.clear,)


def test_what_is_known_of_an_origin(make_client):
    connector = make_client().handler.connector
    assert connector.may_share(Origin("https", "a", 443))
    assert not connector.may_share(Origin("http", "a", 80))
