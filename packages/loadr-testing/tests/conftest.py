"""A running target and a way to ask it, shared by all tests of the target."""

import asyncio
import http.client
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from loadr_testing.demo_target import DemoTarget


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


Ask = Callable[..., Awaitable[Answered]]
Exchange = Callable[[bytes], Awaitable[bytes]]


@pytest.fixture
async def target() -> AsyncIterator[DemoTarget]:
    async with DemoTarget() as running:
        yield running


@pytest.fixture
def ask(target: DemoTarget) -> Ask:
    """One request with the standard library's client, on a connection of its own."""

    def blocking(method: str, path: str, body: Any, headers: dict[str, str]) -> Answered:
        connection = http.client.HTTPConnection(target.host, target.port, timeout=10)
        try:
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            return Answered(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    async def asking(method: str, path: str, body: Any = None, **headers: str) -> Answered:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await asyncio.to_thread(blocking, method, path, body, named)

    return asking


@pytest.fixture
def exchange(target: DemoTarget) -> Exchange:
    """Raw bytes there, end of sending, all bytes back."""

    async def exchanging(data: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(target.host, target.port)
        try:
            writer.write(data)
            writer.write_eof()
            async with asyncio.timeout(10):
                return await reader.read()
        finally:
            writer.transport.abort()

    return exchanging
