"""The server's end of a connection, in memory and on loopback: frames as a test wants them, also wrong ones."""

import asyncio
import contextlib
import os
import shutil
import socket
import struct
import subprocess

import hpack
import pytest

from loadr_protocols.http2 import frames as fr
from loadr_protocols.http2.core import ClientCore
from loadr_protocols.http2.fields import FieldCache
from loadr_protocols.http2.request_fields import RequestFields
from loadr_testing.demo_target import DemoTarget, DemoTargetProcess
from loadr_testing.servers import LoopbackAuthority, LoopbackServer
from loadr_testing.waiting import PATIENCE, poll

GET = RequestFields(
    ((b":method", b"GET"), (b":scheme", b"https"), (b":authority", b"example"), (b":path", b"/"))
)


class Server:
    """Makes a server's frames, reads a client's. A server that does as the plan says has one of its own."""

    def __init__(self):
        self.encoder = hpack.Encoder()
        self.decoder = hpack.Decoder()
        self.reader = fr.FrameReader(2**24 - 1)
        self.preface = bytearray()

    def settings(self, values=(), *, ack=False):
        payload = b"".join(struct.pack(">HI", *pair) for pair in dict(values).items())
        return fr.encode_frame(fr.SETTINGS, fr.ACK if ack else 0, 0, payload)

    def block(self, fields, *, huffman=True):
        return self.encoder.encode([(str(n).encode(), str(v).encode()) for n, v in fields], huffman=huffman)

    def head(self, number, status=200, fields=(), *, ended=False, flags=0, before=b"", after=b""):
        """HEADERS of a response; `before` and `after` go around the block (padding, priority)."""
        flags |= fr.END_HEADERS | (fr.END_STREAM if ended else 0)
        block = self.block([(":status", status), *fields])
        return fr.encode_frame(fr.HEADERS, flags, number, before + block + after)

    def trailers(self, number, fields, *, ended=True):
        flags = fr.END_HEADERS | (fr.END_STREAM if ended else 0)
        return fr.encode_frame(fr.HEADERS, flags, number, self.block(fields))

    def data(self, number, body=b"", *, ended=True, flags=0):
        return fr.encode_frame(fr.DATA, flags | (fr.END_STREAM if ended else 0), number, body)

    def goaway(self, last, code=0, reason=b""):
        return fr.encode_frame(fr.GOAWAY, 0, 0, struct.pack(">II", last, code) + reason)

    def frames(self, sent):
        """The frames in what a client sent, its preface left out."""
        missing = len(fr.PREFACE) - len(self.preface)
        self.preface += sent[:missing]
        assert fr.PREFACE.startswith(bytes(self.preface))
        return self.reader.feed(sent[missing:])


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def new_core():
    """A connection of which nothing was sent yet."""
    return ClientCore(FieldCache())


@pytest.fixture
def core(new_core, server):
    """A connection after both sides have said their settings."""
    server.frames(new_core.take())
    assert new_core.receive(server.settings() + server.settings(ack=True)) == []
    assert server.frames(new_core.take()) == [(fr.SETTINGS, fr.ACK, 0, b"")]
    return new_core


@pytest.fixture
def get(core, server):
    """Opens a stream for a GET; its number."""

    def open_one(*, bodiless=False):
        number = core.open(GET, ended=True, bodiless=bodiless)
        ((kind, flags, stream, block),) = server.frames(core.take())
        assert (kind, flags, stream) == (fr.HEADERS, fr.END_HEADERS | fr.END_STREAM, number)
        assert [tuple(field) for field in server.decoder.decode(block, raw=True)] == list(GET.fields)
        return number

    return open_one


@pytest.fixture
def post(core, server):
    """Opens a stream for a request with a body; its number."""

    def open_one():
        number = core.open(GET, ended=False)
        server.frames(core.take())
        return number

    return open_one


class Left(Exception):
    """The client has closed: there is nothing left to do for a server."""


class Peer:
    """One connection of a `FrameServer`: reads frames and requests, sends whatever a test wants."""

    def __init__(self, reader, writer):
        self.make = Server()
        self.frames = asyncio.Queue()
        self.blocks = {}
        self._reader, self._writer = reader, writer
        self._reading = asyncio.get_running_loop().create_task(self._read())

    async def _read(self):
        while octets := await self._reader.read(65_536):
            for frame in self.make.frames(octets):
                if frame[0] == fr.HEADERS:
                    self.blocks[frame[2]] = self.make.decoder.decode(frame[3])
                self.frames.put_nowait(frame)
        self.frames.put_nowait(None)

    async def expect(self, *kinds):
        """The next frame of one of the kinds; others in between are left out."""
        async with asyncio.timeout(20):
            while (frame := await self.frames.get()) is not None:
                if frame[0] in kinds:
                    return frame
        raise Left(kinds)

    async def request(self):
        """The number of the next request, which has no body."""
        return (await self.expect(fr.HEADERS))[2]

    async def gone(self):
        """Wait for the client to close."""
        async with asyncio.timeout(20):
            while await self.frames.get() is not None:
                pass

    def send(self, *octets):
        self._writer.write(b"".join(octets))

    async def drain(self):
        """Wait for the client to take what was sent."""
        await self._writer.drain()

    def pause(self):
        """Read nothing more, so that the client's socket fills."""
        self._writer.transport.pause_reading()

    def resume(self):
        self._writer.transport.resume_reading()

    def close(self):
        self._writer.close()

    def reset(self):
        sock = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def end(self):
        self._writer.transport.abort()
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)


class FrameServer(LoopbackServer):
    """A server on loopback that does what a test's coroutine does, once per connection."""

    def __init__(self, behave, *, ssl_context=None):
        super().__init__(ssl_context=ssl_context)
        self._behave = behave

    async def serve(self, connection, reader, writer):
        peer = Peer(reader, writer)
        try:
            peer.send(peer.make.settings())
            with contextlib.suppress(Left):
                await self._behave(peer, connection + 1)
        finally:
            await peer.end()


@pytest.fixture
def client(make_client):
    """Speaks HTTP/2 in the clear."""
    return make_client(version="http2-prior-knowledge")


@pytest.fixture
def frame_server():
    """Makes servers on loopback."""
    return FrameServer


# ---------------------------------------------------------------- servers of others

TEXT = "The quick brown fox jumps over the lazy dog.\n" * 500

NGINX = """\
daemon off;
pid nginx.pid;
worker_processes 1;
error_log error.log warn;
events { worker_connections 256; }
http {
    access_log off;
    client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
    keepalive_requests 5;
    proxy_max_temp_file_size 0;
    gzip on; gzip_types application/json; gzip_min_length 10; gzip_proxied any;
    default_type text/plain;
    ssl_certificate certificate.pem;
    ssl_certificate_key key.pem;
    server {
        listen 127.0.0.1:@0@ ssl http2;
        listen 127.0.0.1:@1@ http2;
        listen 127.0.0.1:@2@ ssl;
        client_max_body_size 1m;
        location = /small { return 200 'small $server_protocol'; }
        location = /moved { return 302 /small; }
        location = /upload { client_body_buffer_size 2m; proxy_pass http://127.0.0.1:@UPSTREAM@/json; }
        location / { proxy_pass http://127.0.0.1:@UPSTREAM@; }
    }
}
"""


CADDY = """\
{
    admin off
    auto_https off
    default_bind 127.0.0.1
    servers {
        protocols h1 h2 h2c
    }
}
(site) {
    root * {$ROOT}
    encode zstd gzip
    header /kept.txt Cache-Control "max-age=3600"
    header /in Set-Cookie "session=abc; Path=/"
    redir /moved /page.txt 308
    redir /in /cookies 303
    respond /cookies "{http.request.header.Cookie}"
    respond /proto "{http.request.proto}"
    request_body /upload {
        max_size 4MB
    }
    reverse_proxy /upload {$UPSTREAM}
    file_server
}
http://127.0.0.1:{$CLEAR} {
    import site
}
https://127.0.0.1:{$SECURE} {
    tls {$ROOT}/certificate.pem {$ROOT}/key.pem
    import site
}
"""


def program(name, package):
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))
    if found is None:
        pytest.fail(f"{name} is not installed: python scripts/install_system.py test (Debian's {package})")
    return found


def free_ports(count):
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@contextlib.asynccontextmanager
async def started(make_command, ports):
    """A server on ports that were free a moment ago; others are tried where somebody was faster."""
    for _ in range(5):
        chosen = free_ports(ports)
        process = await asyncio.create_subprocess_exec(
            *make_command(chosen), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            if await listens(process, chosen):
                yield chosen
                return
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()
    pytest.fail("the server does not start")


async def listens(process, ports):
    async with asyncio.timeout(30):
        while process.returncode is None:
            try:
                for port in ports:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.close()
                    await writer.wait_closed()
            except OSError:
                await asyncio.sleep(0.02)
            else:
                return True
    return False


@pytest.fixture(scope="session")
def authority():
    return LoopbackAuthority()


@pytest.fixture
async def nginx(tmp_path, authority):
    """nginx before a demo target: URLs for HTTP/2 with TLS and without, and for HTTP/1.1 with TLS."""
    folder = tmp_path / "nginx"
    folder.mkdir()
    authority.write_certificate(folder)
    found = program("nginx", "nginx-light")
    async with DemoTarget() as target:

        def command(ports):
            text = NGINX.replace("@UPSTREAM@", str(target.port))
            for place, port in enumerate(ports):
                text = text.replace(f"@{place}@", str(port))
            (folder / "nginx.conf").write_text(text)
            return [found, "-p", str(folder), "-e", "error.log", "-c", "nginx.conf"]

        async with started(command, 3) as ports:
            tls, clear, old = ports
            yield [f"https://127.0.0.1:{tls}", f"http://127.0.0.1:{clear}", f"https://127.0.0.1:{old}"]


@pytest.fixture(scope="module")
def caddy(tmp_path_factory, authority):
    """Caddy, whose HTTP is Go's, before files: its URLs with TLS and in the clear."""
    folder = tmp_path_factory.mktemp("caddy")
    authority.write_certificate(folder)
    for name in ("page.txt", "kept.txt"):
        (folder / name).write_text(TEXT)
    (folder / "Caddyfile").write_text(CADDY)
    command = [program("caddy", "caddy"), "run", "--adapter", "caddyfile", "--config", "Caddyfile"]
    with DemoTargetProcess() as target, contextlib.ExitStack() as ending:
        # Caddy keeps files of its own in the user's folders.
        environment = {"HOME": str(folder), "ROOT": str(folder), "UPSTREAM": target.url}
        for _ in range(5):
            tls, clear = free_ports(2)
            environment |= {"SECURE": str(tls), "CLEAR": str(clear)}
            process = subprocess.Popen(
                command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            ending.callback(process.wait, PATIENCE)
            ending.callback(process.terminate)
            poll(lambda: process.poll() is not None or takes_connections(tls, clear), "Caddy")  # noqa: B023 - called now
            if process.poll() is None:
                yield [f"https://127.0.0.1:{tls}", f"http://127.0.0.1:{clear}"]
                return
        pytest.fail("Caddy does not start")


def takes_connections(*ports):
    for port in ports:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return False
    return True


@pytest.fixture
async def nghttpd(tmp_path):
    """nghttp2's own server, which sends back what it gets; in the clear."""
    (tmp_path / "page").write_bytes(b"page")
    found = program("nghttpd", "nghttp2-server")

    def command(ports):
        return [found, "--no-tls", "--echo-upload", "-a", "127.0.0.1", "-d", str(tmp_path), str(ports[0])]

    async with started(command, 1) as ports:
        yield f"http://127.0.0.1:{ports[0]}"
