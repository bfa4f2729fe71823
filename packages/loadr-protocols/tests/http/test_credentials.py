"""Digest against a server that checks the answers itself."""

import asyncio
import hashlib
import re

import pytest

from loadr_core.spi import Credentials, RenderError, Text
from loadr_testing.servers import LoopbackServer, ReadRequest, ScriptedServer, Send, Stall

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


class Guarded(LoopbackServer):
    """A server behind digest: its own arithmetic, not the client's."""

    def __init__(self, password="secret", uses=100):
        super().__init__()
        self.password = password
        self.uses = uses
        self.seen = []
        self.nonces = 0

    async def serve(self, _, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = re.search(r"Content-Length: (\d+)", head)
                if length:
                    await reader.readexactly(int(length[1]))
                writer.write(self._answer(head))
        except asyncio.IncompleteReadError:
            writer.close()

    def _answer(self, head):
        method, uri, _ = head.split(" ", 2)
        found = re.search(r"Authorization: Digest (.*)\r\n", head)
        given = dict(re.findall(r'(\w+)="?([^",]*)"?', found[1])) if found else {}
        stale = False
        if given:
            expected = md5(
                f"{md5(f'user:r:{self.password}')}:{given['nonce']}:{given['nc']}:{given['cnonce']}:auth:{md5(f'{method}:{uri}')}"
            )
            stale = given["nonce"] != f"n{self.nonces}" or int(given["nc"], 16) > self.uses
            if given["response"] == expected and given["uri"] == uri and not stale:
                self.seen.append(200)
                return OK
        self.seen.append(401)
        self.nonces += 1
        mark = ", stale=true" if stale else ""
        return f'HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm="r", nonce="n{self.nonces}", qop="auth"{mark}\r\nContent-Length: 0\r\n\r\n'.encode()


def credentials(password="secret"):
    text = password if isinstance(password, Text) else Text.fixed(password)
    return Credentials(Text.fixed("user"), text)


async def test_a_challenge_is_answered_once_and_then_beforehand(client):
    async with Guarded() as server:
        request = client.compile(f"{server.url}/x?y", credentials=credentials())
        first, second = [await request.send(client.session, client.scope) for _ in range(2)]
        assert (first.status, second.status) == (200, 200)
        assert [(hop.status, hop.expected) for hop in first.further] == [(401, True)]
        assert second.further == []
        other = await client.send(server.url, method="POST", body=b"data", credentials=credentials())
        assert other.status == 200
        assert server.seen == [401, 200, 200, 200]


async def test_wrong_credentials_are_tried_once(client):
    async with Guarded() as server:
        response = await client.send(server.url, credentials=credentials("wrong"))
        assert (response.status, response.error) == (401, None)
        assert [(hop.status, hop.expected) for hop in response.further] == [(401, True)]
        assert server.seen == [401, 401]
        assert (await client.send(server.url, credentials=credentials())).status == 200


async def test_a_nonce_that_is_too_old_is_renewed(client):
    async with Guarded(uses=2) as server:
        statuses = [(await client.send(server.url, credentials=credentials())).status for _ in range(4)]
        assert statuses == [200] * 4
        assert server.seen == [401, 200, 200, 401, 200, 200]


async def test_credentials_do_not_follow_a_redirect_to_another_host(client):
    async with Guarded() as server:
        moved = f"HTTP/1.1 302 X\r\nLocation: {server.url}/\r\nContent-Length: 0\r\n\r\n".encode()
        async with ScriptedServer((ReadRequest(), Send(moved), Stall())) as first:
            response = await client.send(first.url, credentials=credentials())
        assert (response.status, server.seen) == (401, [401])


async def test_other_challenges_and_own_fields_are_left_alone(client):
    basic = b'HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="r"\r\nContent-Length: 0\r\n\r\n'
    async with ScriptedServer((ReadRequest(), Send(basic), Stall())) as server:
        response = await client.send(server.url, credentials=credentials())
        assert (response.status, len(server.requests)) == (401, 1)
    async with Guarded() as server:
        response = await client.send(
            server.url, credentials=credentials(), headers=[("Authorization", "own")]
        )
        assert (response.status, server.seen) == (401, [401])


async def test_templates(client):
    missing = Text("${x}", None, lambda scope: scope.variables["x"])

    def fail(scope):
        raise RenderError("no value")

    async with Guarded() as server:
        client.scope.variables["x"] = "secret"
        assert (await client.send(server.url, credentials=credentials(missing))).status == 200
        client.session.logins.clear()
        with pytest.raises(RenderError):
            await client.send(server.url, credentials=credentials(Text("${y}", None, fail)))
