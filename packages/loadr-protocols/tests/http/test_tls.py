"""The TLS channel against a server's side in memory."""

import ssl

import pytest

from loadr_protocols.http.tls import TlsChannel
from loadr_testing.servers import LoopbackAuthority


@pytest.fixture(scope="module")
def authority():
    return LoopbackAuthority()


class Server:
    def __init__(self, context):
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side=True)

    def handshake(self):
        try:
            self.tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        return True


def connect(authority):
    server = Server(authority.server_context())
    client = TlsChannel(authority.client_context(), "localhost")
    while not client.established:
        server.incoming.write(client.handshake())
        server.handshake()
        client.receive(server.outgoing.read())
    return client, server


def test_both_ways(authority):
    client, server = connect(authority)
    server.incoming.write(client.encrypted(b"question"))
    assert server.tls.read() == b"question"
    server.tls.write(b"answer")
    client.receive(server.outgoing.read())
    assert client.decrypted() == b"answer"
    assert client.decrypted() == b""


def test_many_records_at_once(authority):
    client, server = connect(authority)
    body = bytes(range(256)) * 1000
    server.incoming.write(client.encrypted(body))
    received = b""
    while len(received) < len(body):
        received += server.tls.read(65536)
    assert received == body
    server.tls.write(body)
    client.receive(server.outgoing.read())
    assert client.decrypted() == body
    assert not client.ended


def test_byte_by_byte(authority):
    client, server = connect(authority)
    server.tls.write(b"answer")
    plain = b""
    for byte in server.outgoing.read():
        client.receive(bytes([byte]))
        plain += client.decrypted()
    assert plain == b"answer"


def test_the_peer_ends(authority):
    client, server = connect(authority)
    server.tls.write(b"last")
    with pytest.raises(ssl.SSLWantReadError):
        server.tls.unwrap()
    client.receive(server.outgoing.read())
    assert client.decrypted() == b"last"
    assert client.ended


def test_farewell(authority):
    client, server = connect(authority)
    server.incoming.write(client.farewell())
    assert server.tls.read() == b""  # an end in order; a missing alert would be SSLWantReadError


def test_garbage(authority):
    client, _ = connect(authority)
    client.receive(b"\x17\x03\x03\x00\x20" + b"x" * 32)
    with pytest.raises(ssl.SSLError):
        client.decrypted()
    assert client.to_send()  # an alert
