"""The client against servers that others wrote: nginx and lighttpd, in the clear and over TLS."""

import hashlib
import shutil
import socket
import subprocess

import pytest

from loadr_core.spi import Credentials, FilePiece, Payload, Text
from loadr_testing.servers import LoopbackAuthority

pytestmark = [pytest.mark.process, pytest.mark.system]

NGINX = """
daemon off; user root; pid nginx.pid; error_log error.log; worker_processes 1;
events {{ worker_connections 64; }}
http {{
    access_log off; types {{ text/html html; text/plain txt; }}
    client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
    client_max_body_size 4m; gzip on; gzip_min_length 10; gzip_types text/plain; gzip_http_version 1.1;
    server {{
        listen 127.0.0.1:{port}; root {root};
        location = /login {{ add_header Set-Cookie "session=abc; Path=/; HttpOnly"; return 303 /page.txt; }}
        location = /cookies {{ default_type text/plain; return 200 "cookie: $http_cookie"; }}
        location = /kept/page.txt {{ alias {root}/page.txt; expires 1h; }}
        location = /ranges {{ return 301 http://localhost:{port}/page.txt; }}
        location = /upload {{ default_type text/plain; client_max_body_size 4m; proxy_pass http://127.0.0.1:{port}/sink; }}
        location = /sink {{ default_type text/plain; client_max_body_size 4m; return 200 "$content_length"; }}
        location /private/ {{ alias {root}/; auth_basic "r"; auth_basic_user_file {root}/users; }}
    }}
    server {{
        listen 127.0.0.1:{secure} ssl; root {root};
        ssl_certificate {root}/certificate.pem; ssl_certificate_key {root}/key.pem; ssl_protocols TLSv1.2 TLSv1.3;
        keepalive_requests 1;
    }}
    server {{
        listen 127.0.0.1:{strict} ssl; root {root};
        ssl_certificate {root}/certificate.pem; ssl_certificate_key {root}/key.pem; ssl_protocols TLSv1.3;
        ssl_client_certificate {root}/ca.pem; ssl_verify_client on;
    }}
}}
"""

LIGHTTPD = """
server.document-root = "{root}"
index-file.names = ( "index.html" )
server.bind = "127.0.0.1"
server.port = {port}
server.errorlog = "{root}/lighttpd.log"
server.modules = ( "mod_redirect", "mod_auth", "mod_authn_file" )
mimetype.assign = ( ".html" => "text/html", ".txt" => "text/plain" )
etag.use-inode = "enable"
auth.backend = "htdigest"
auth.backend.htdigest.userfile = "{root}/htdigest"
auth.require = ( "/private" => ( "method" => "digest", "realm" => "r", "require" => "valid-user", "algorithm" => "SHA-256" ) )
url.redirect = ( "^/moved/(.*)" => "/$1" )
url.redirect-code = 308
"""

TINYPROXY = """
Port {port}
Listen 127.0.0.1
Allow 127.0.0.1
BasicAuth ann s3cret
ConnectPort {secure}
"""

TEXT = "The quick brown fox jumps over the lazy dog.\n" * 500


def command(name, package):
    found = shutil.which(name, path="/usr/sbin:/usr/local/sbin:/usr/bin:/sbin")
    assert found, f"{name} is not installed: python scripts/install_system.py test (Debian package {package})"
    return found


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Running:
    """A server process that is ready when its port takes connections."""

    def __init__(self, root, ports, words):
        self.root = root
        self.ports = ports
        self._process = subprocess.Popen(
            words, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for port in ports:
            self._wait_for(port)

    def _wait_for(self, port):
        for _ in range(2_000):
            assert self._process.poll() is None, f"the server ended with {self._process.returncode}"
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            try:
                self._process.wait(0.01)
            except subprocess.TimeoutExpired:
                continue
        pytest.fail("the server does not take connections")

    @property
    def url(self):
        return f"http://127.0.0.1:{self.ports[0]}"

    def stop(self):
        self._process.terminate()
        self._process.wait(20)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("www")
    (root / "page.txt").write_text(TEXT)
    (root / "folder").mkdir()
    (root / "folder" / "index.html").write_text("<p>folder</p>")
    (root / "users").write_text("ann:{PLAIN}s3cret\n")
    digest = hashlib.sha256(b"ann:r:s3cret").hexdigest()
    (root / "htdigest").write_text(f"ann:r:{digest}\n")
    (root / "private").mkdir()
    (root / "private" / "page.txt").write_text("private")
    authority = LoopbackAuthority()
    authority.write_ca_file(root)
    authority.write_certificate(root)
    return root


@pytest.fixture(scope="module")
def nginx(root):
    ports = free_ports(3)
    config = root / "nginx.conf"
    config.write_text(NGINX.format(root=root, port=ports[0], secure=ports[1], strict=ports[2]))
    running = Running(
        root, ports, [command("nginx", "nginx-light"), "-p", str(root), "-c", str(config), "-e", "error.log"]
    )
    yield running
    running.stop()


@pytest.fixture(scope="module")
def lighttpd(root):
    (port,) = free_ports(1)
    config = root / "lighttpd.conf"
    config.write_text(LIGHTTPD.format(root=root, port=port))
    running = Running(root, [port], [command("lighttpd", "lighttpd"), "-D", "-f", str(config)])
    yield running
    running.stop()


@pytest.fixture(scope="module")
def tinyproxy(root, nginx):
    """A proxy that asks for a password, and opens tunnels to one port of nginx only."""
    (port,) = free_ports(1)
    config = root / "tinyproxy.conf"
    config.write_text(TINYPROXY.format(port=port, secure=nginx.ports[1]))
    running = Running(root, [port], [command("tinyproxy", "tinyproxy-bin"), "-d", "-c", str(config)])
    yield running
    running.stop()


@pytest.fixture(params=["nginx", "lighttpd"])
def server(request):
    return request.getfixturevalue(request.param)


async def test_a_text_compressed_on_the_way(client, nginx, column):
    response = await client.send(f"{nginx.url}/page.txt", keeps_body=True)
    assert (response.status, response.body.decode(), response.error) == (200, TEXT, None)
    assert response.headers["content-encoding"] == "gzip"
    assert column(response, "bytes_received") < len(TEXT) / 2


async def test_kept_alive_and_not(make_client, server, column):
    for keep_alive, opened in ((True, 1), (False, 5)):
        client = make_client(keep_alive=keep_alive, compression=False)
        responses = [await client.send(f"{server.url}/page.txt") for _ in range(5)]
        assert [len(response.body) for response in responses] == [len(TEXT)] * 5
        assert sum(column(response, "connecting") > 0 for response in responses) == opened


async def test_head_ranges_and_errors(client, server):
    head = await client.send(
        f"{server.url}/page.txt", method="HEAD", headers=[("Accept-Encoding", "identity")]
    )
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(TEXT)))
    part = await client.send(
        f"{server.url}/page.txt", headers=[("Range", "bytes=4-8"), ("Accept-Encoding", "identity")]
    )
    assert (part.status, part.body) == (206, b"quick")
    assert (await client.send(f"{server.url}/nothing")).status == 404
    assert (await client.send(f"{server.url}/page.txt", method="BREW")).status in {400, 405, 501}


async def test_a_redirect_to_a_folder(client, server):
    response = await client.send(f"{server.url}/folder", keeps_body=True)
    assert (response.status, response.body) == (200, b"<p>folder</p>")
    assert [hop.status for hop in response.further] == [301]


async def test_revalidation(make_client, server):
    client = make_client(cache=True)
    first, second = [await client.send(f"{server.url}/page.txt", keeps_body=True) for _ in range(2)]
    assert first.body == second.body == TEXT.encode()
    assert [hop.status for hop in second.further] == [304]
    assert second.proto == "cache"


async def test_a_fresh_hit(make_client, nginx):
    client = make_client(cache=True)
    protos = [(await client.send(f"{nginx.url}/kept/page.txt", keeps_body=True)).proto for _ in range(2)]
    assert protos == ["HTTP/1.1", "cache"]


async def test_a_login(client, nginx):
    response = await client.send(f"{nginx.url}/login", method="POST", body=b"user=ann")
    assert (response.status, response.method) == (200, "GET")
    assert (await client.send(f"{nginx.url}/cookies", keeps_body=True)).body == b"cookie: session=abc"


async def test_a_redirect_to_another_host(client, nginx):
    response = await client.send(
        f"{nginx.url}/ranges", headers=[("Authorization", "Bearer x")], keeps_body=True
    )
    assert (response.status, response.body.decode()) == (200, TEXT)
    assert response.sent.origin.host == "localhost"
    assert not response.sent.has(b"authorization")


async def test_basic(client, nginx):
    url = nginx.url.replace("http://", "http://ann:s3cret@")
    assert (await client.send(f"{url}/private/page.txt")).status == 200
    assert (await client.send(f"{nginx.url}/private/page.txt")).status == 401


async def test_digest(client, lighttpd):
    good = Credentials(Text.fixed("ann"), Text.fixed("s3cret"))
    first, second = [
        await client.send(f"{lighttpd.url}/private/page.txt", credentials=good, keeps_body=True)
        for _ in range(2)
    ]
    assert (first.body, second.body) == (b"private", b"private")
    assert [len(first.further), len(second.further)] == [1, 0]
    wrong = Credentials(Text.fixed("ann"), Text.fixed("wrong"))
    client.session.logins.clear()
    assert (await client.send(f"{lighttpd.url}/private/page.txt", credentials=wrong)).status == 401


async def test_a_308(client, lighttpd):
    response = await client.send(f"{lighttpd.url}/moved/page.txt", keeps_body=True)
    assert (response.status, [hop.status for hop in response.further]) == (200, [308])


async def test_uploads(client, nginx, tmp_path):
    for size, status in ((3_000_000, 200), (6_000_000, 413)):
        path = tmp_path / f"{size}.bin"
        path.write_bytes(b"x" * size)
        body = Payload.streamed(lambda _scope, path=path, size=size: [FilePiece(path, size)], None)
        response = await client.send(f"{nginx.url}/upload", body=body, keeps_body=True, timeout=30)
        assert (response.status, response.error) == (status, None)
        if status == 200:
            assert response.body == str(size).encode()


async def test_sessions_are_resumed(make_client, nginx, root, column):
    client = make_client(root, tls={"ca_file": "ca.pem"}, version="http1")
    responses = [
        await client.send(f"https://127.0.0.1:{nginx.ports[1]}/page.txt", keeps_body=True) for _ in range(3)
    ]
    assert [response.status for response in responses] == [200] * 3
    assert [column(response, "resumed") for response in responses] == [0, 1, 1]


async def test_tls_refusals_in_plain_words(make_client, nginx, root):
    url = f"https://127.0.0.1:{nginx.ports[2]}/page.txt"
    old = await make_client(root, tls={"ca_file": "ca.pem", "max_version": "1.2"}).send(url)
    assert (old.error_kind, "the server refuses these TLS versions" in old.error) == ("tls", True)
    nobody = await make_client(root, tls={"ca_file": "ca.pem"}, version="http1").send(url)
    assert (nobody.status, b"No required SSL certificate" in nobody.body) == (400, True)
    client = {"ca_file": "ca.pem", "cert_file": "certificate.pem", "key_file": "key.pem"}
    assert (await make_client(root, tls=client, version="http1").send(url, keeps_body=True)).status == 200
    stranger = await make_client(root).send(url)
    assert "is signed by an authority that is not trusted here" in stranger.error
    clear = await make_client().send(f"https://127.0.0.1:{nginx.ports[0]}/")
    assert "the server does not speak TLS on this port" in clear.error


async def test_through_a_proxy(make_client, nginx, tinyproxy, root, column):
    client = make_client(
        root, proxy=tinyproxy.url.replace("//", "//ann:s3cret@"), tls={"ca_file": "ca.pem"}, version="http1"
    )
    clear = await client.send(f"{nginx.url}/page.txt", keeps_body=True, timeout=30)
    assert (clear.status, clear.body.decode(), clear.error) == (200, TEXT, None)
    assert "tinyproxy" in clear.headers["via"]
    inside = await client.send(f"https://127.0.0.1:{nginx.ports[1]}/page.txt", keeps_body=True, timeout=30)
    assert (inside.status, inside.body.decode(), inside.error) == (200, TEXT, None)
    assert "via" not in inside.headers
    assert column(inside, "connecting") > 0
    refused = await client.send(f"https://127.0.0.1:{nginx.ports[2]}/", timeout=30)
    assert refused.error_kind == "connection"
    assert f"refused a tunnel to 127.0.0.1:{nginx.ports[2]}: 403" in refused.error


async def test_a_proxy_that_wants_to_know_who_asks(make_client, nginx, tinyproxy):
    client = make_client(proxy=tinyproxy.url)
    assert (await client.send(f"{nginx.url}/page.txt", timeout=30)).status == 407
    tunnel = await client.send(f"https://127.0.0.1:{nginx.ports[1]}/", timeout=30)
    assert "refused a tunnel" in tunnel.error
    assert "407" in tunnel.error
