"""Client certificates, names, versions, resumed sessions, against real TLS servers."""

import ssl

import pytest

from loadr_core.spi import CompileError
from loadr_testing.servers import LoopbackAuthority, ReadRequest, ScriptedServer, Send, Stall

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
ONE = (ReadRequest(), Send(OK))


@pytest.fixture(scope="module")
def authority():
    return LoopbackAuthority()


@pytest.fixture
def folder(authority, tmp_path):
    authority.write_ca_file(tmp_path)
    authority.write_certificate(tmp_path, "client.example")
    return tmp_path


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_client_certificate(make_client, authority, folder, version):
    context = authority.server_context(require_client_certificate=True)
    context.maximum_version = version
    tls = {"ca_file": "ca.pem", "cert_file": "certificate.pem", "key_file": "key.pem"}
    async with ScriptedServer((*ONE, Stall()), ssl_context=context) as server:
        assert (await make_client(folder, tls=tls).send(server.url)).body == b"ok"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"cert_file": "none.pem", "key_file": "key.pem"}, "No such file"),
        ({"cert_file": "key.pem", "key_file": "key.pem"}, r"cert_file: cannot use .*key\.pem"),
        ({"cert_file": "certificate.pem", "key_file": "ca.pem"}, "cannot use"),
    ],
    ids=["missing", "no certificate", "no key"],
)
async def test_certificates_that_cannot_be_used_are_the_plans_mistake(make_client, folder, files, words):
    with pytest.raises(CompileError, match=words):
        make_client(folder, tls=files).compile("http://127.0.0.1/")


async def test_another_server_name(make_client, authority, folder):
    names = []
    context = authority.server_context("shop.example")
    context.sni_callback = lambda _connection, name, _context: names.append(name)
    async with ScriptedServer((*ONE, Stall()), ssl_context=context) as server:
        client = make_client(folder, tls={"ca_file": "ca.pem", "server_name": "shop.example"})
        assert (await client.send(server.url)).body == b"ok"
        assert f"Host: 127.0.0.1:{server.port}\r\n".encode() in server.requests[0].head
    assert names == ["shop.example"]


@pytest.mark.parametrize(
    ("settings", "chosen"),
    [({}, "TLSv1.3"), ({"max_version": "1.2"}, "TLSv1.2"), ({"min_version": "1.3"}, "TLSv1.3")],
)
async def test_versions(make_client, authority, folder, settings, chosen):
    async with ScriptedServer((*ONE, Stall()), ssl_context=authority.server_context()) as server:
        client = make_client(folder, tls={"ca_file": "ca.pem", **settings})
        assert (await client.send(server.url)).body == b"ok"
        (pool,) = client.session.pools.values()
        assert pool._channel._tls.version() == chosen


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("resumes", [True, False])
async def test_sessions_are_resumed_and_counted(make_client, authority, folder, column, version, resumes):
    context = authority.server_context()
    context.maximum_version = version
    async with ScriptedServer((*ONE, Stall()), ssl_context=context) as server:
        client = make_client(folder, tls={"ca_file": "ca.pem", "resume_sessions": resumes}, keep_alive=False)
        responses = [await client.send(server.url) for _ in range(3)]
        assert [response.body for response in responses] == [b"ok"] * 3
        assert [column(response, "handshakes") for response in responses] == [1, 1, 1]
        assert [column(response, "resumed") for response in responses] == (
            [0, 1, 1] if resumes else [0, 0, 0]
        )
        other = make_client(folder, tls={"ca_file": "ca.pem"})
        other.session = client.handler.open_session(client.vu)
        request = client.compile(server.url)
        assert column(await request.send(other.session, other.scope), "resumed") == 0
        await other.session.close()


async def test_a_kept_alive_connection_shakes_hands_once(make_client, authority, folder, column):
    async with ScriptedServer((*ONE, *ONE, Stall()), ssl_context=authority.server_context()) as server:
        client = make_client(folder, tls={"ca_file": "ca.pem"})
        assert [column(await client.send(server.url), "handshakes") for _ in range(2)] == [1, 0]
