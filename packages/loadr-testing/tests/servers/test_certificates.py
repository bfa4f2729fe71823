import asyncio
import ssl
import sys
from contextlib import suppress

import pytest

from loadr_testing.errors import MissingExtraError
from loadr_testing.servers import LoopbackAuthority, ReadBytes, ScriptedServer, Send


@pytest.fixture(scope="module")
def authority():
    return LoopbackAuthority()


async def greet(server: ScriptedServer, context: ssl.SSLContext) -> tuple[bytes, str | None]:
    reader, writer = await asyncio.open_connection(server.host, server.port, ssl=context)
    try:
        writer.write(b"?")
        chosen = writer.get_extra_info("ssl_object").selected_alpn_protocol()
        return await reader.read(), chosen
    finally:
        writer.transport.abort()


async def test_a_client_of_the_authority_is_served(authority):
    client = authority.client_context()
    client.set_alpn_protocols(["h2", "http/1.1"])
    server_context = authority.server_context(alpn=("http/1.1",))
    async with ScriptedServer([ReadBytes(1), Send(b"!")], ssl_context=server_context) as server:
        assert server.url.startswith("https://")
        assert await greet(server, client) == (b"!", "http/1.1")


@pytest.mark.parametrize(
    ("names", "expired", "reason"),
    [
        pytest.param(("other.example",), False, "IP address mismatch", id="wrong-host"),
        pytest.param((), True, "has expired", id="expired"),
    ],
)
async def test_a_bad_certificate_is_noticed(authority, names, expired, reason):
    server_context = authority.server_context(*names, expired=expired)
    async with ScriptedServer([ReadBytes(1)], ssl_context=server_context) as server:
        with pytest.raises(ssl.SSLCertVerificationError, match=reason):
            await greet(server, authority.client_context())


async def test_a_stranger_does_not_trust_it(authority):
    async with ScriptedServer([ReadBytes(1)], ssl_context=authority.server_context()) as server:
        with pytest.raises(ssl.SSLCertVerificationError):
            await greet(server, LoopbackAuthority().client_context())


async def test_a_client_certificate_is_demanded(authority, tmp_path):
    server_context = authority.server_context(require_client_certificate=True)
    async with ScriptedServer([ReadBytes(1), Send(b"!")], ssl_context=server_context) as server:
        client = ssl.create_default_context(cafile=authority.write_ca_file(tmp_path))
        # With TLS 1.3 the client's handshake is over before the server refuses it.
        with suppress(ssl.SSLError, ConnectionError):
            assert (await greet(server, client))[0] == b""
        assert server.connections == 0
        client.load_cert_chain(*authority.write_certificate(tmp_path))
        assert (await greet(server, client))[0] == b"!"


def test_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "trustme", None)
    with pytest.raises(MissingExtraError, match="pip install trustme") as missing:
        LoopbackAuthority()
    assert missing.value.library == "trustme"
