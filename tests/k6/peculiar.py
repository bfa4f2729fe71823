"""A server beside the demo target: logins, cookies with attributes, links, forms, odd encodings."""

import base64
import gzip
import hashlib
import json
import re
import secrets
import threading
import zlib
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Seconds that a request is held: long enough for all that may be sent at once to be there.
HOLD = 0.2

USER, PASSWORD, REALM, NONCE = "user", "passwd", "here", "n0nce"

PAGE = b"""<!doctype html><html><head><title>Links and forms</title></head><body>
<a href="/linked/first?x=1">first</a><a id="second" href="linked/second">second</a><a id="echo" href="/echo">echo</a>
<form action="/echo"><input name="q" value="plain"><button type="submit" name="go" value="1">Go</button></form>
<form id="get" action="/echo?old=1" method="get"><input name="a" value="1"><input name="b" value="x y"></form>
<form id="post" action="echo" method="post"><input type="hidden" name="hidden" value="h"><input name="text" value="t">
<select name="s"><option value="1">1</option><option value="2" selected>2</option></select><textarea name="area">words</textarea>
<input type="submit" id="one" name="which" value="one"><input type="submit" id="two" name="which" value="two"></form>
<p><a href="/linked/last">last</a></p></body></html>"""

COOKIES = (
    "plain=value",
    "path=p; Path=/below",
    "dates=d; Expires=Sun, 24 Jul 2033 08:00:00 GMT; Max-Age=600",
    "flags=f; HttpOnly; Secure; SameSite=Strict",
    "domain=d; Domain=127.0.0.1",
    "twice=1",
    "twice=2; Path=/x",
    'quoted="q w"',
)


class Quiet(ThreadingHTTPServer):
    """Says nothing of clients that refuse its certificate."""

    def handle_error(self, request, client_address):
        pass


class Crowd:
    """How many requests were held at once, at most, since somebody asked."""

    def __init__(self):
        self._lock = threading.Lock()
        self._now = self._most = 0

    def hold(self):
        with self._lock:
            self._now += 1
            self._most = max(self._most, self._now)
        threading.Event().wait(HOLD)
        with self._lock:
            self._now -= 1

    def most(self):
        with self._lock:
            most, self._most = self._most, 0
            return most


CROWD = Crowd()


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_words):
        pass

    def answer(self, body, status=200, fields=(), content_type="text/plain; charset=utf-8"):
        self.send_response(status)
        for name, value in (("Content-Type", content_type), ("Content-Length", str(len(body))), *fields):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def take(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        match path:
            case "/page":
                fields = (("X-Single", "one"), ("X-Twice", "1"), ("X-Twice", "2"), ("x-lower-case", "l"))
                self.answer(PAGE, fields=fields, content_type="text/html; charset=utf-8")
            case "/cookies":
                self.answer(b"set", fields=[("Set-Cookie", cookie) for cookie in COOKIES])
            case "/basic":
                expected = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
                right = self.headers.get("Authorization") == expected
                self.answer(b"", 200 if right else 401, (("WWW-Authenticate", f'Basic realm="{REALM}"'),))
            case "/hold":
                CROWD.hold()
                self.answer(b"held")
            case "/most":
                self.answer(str(CROWD.most()).encode())
            case "/digest":
                self.digest(body)
            case "/inflate":
                self.inflate(body)
            case "/undecodable":
                self.answer(b"this is no gzip", fields=(("Content-Encoding", "gzip"),))
            case "/latin1":
                self.answer("ü".encode("latin-1"), content_type="text/plain; charset=iso-8859-1")
            case "/utf8":
                self.answer("ü€😀".encode())
            case "/echo":
                fields = {name: ", ".join(self.headers.get_all(name)) for name in self.headers}
                said = {"method": self.command, "path": self.path, "headers": fields, "body": body.decode()}
                self.answer(json.dumps(said).encode(), content_type="application/json")
            case _:
                self.answer(path.encode())

    do_GET = do_POST = do_PUT = do_HEAD = take  # noqa: N815 - the names that http.server calls

    def digest(self, body):
        """RFC 2617, with `qop=auth` and MD5, as k6 knows it."""

        def md5(text):
            return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

        given = dict(re.findall(r'(\w+)="?([^",]+)"?', self.headers.get("Authorization") or ""))
        ha1, ha2 = md5(f"{USER}:{REALM}:{PASSWORD}"), md5(f"{self.command}:{given.get('uri')}")
        parts = (ha1, given.get("nonce"), given.get("nc"), given.get("cnonce"), given.get("qop"), ha2)
        if given and secrets.compare_digest(given.get("response", ""), md5(":".join(map(str, parts)))):
            self.answer(body or b"welcome")
            return
        challenge = f'Digest realm="{REALM}", qop="auth", nonce="{NONCE}", opaque="o"'
        self.answer(b"", 401, (("WWW-Authenticate", challenge),))

    def inflate(self, body):
        coding = self.headers.get("Content-Encoding", "")
        for name in reversed([name.strip() for name in coding.split(",")]):
            decode = {"gzip": gzip.decompress, "deflate": zlib.decompress}.get(name)
            body = body if decode is None else decode(body)
        text = body.decode("utf-8", "replace")
        self.answer(json.dumps({"coding": coding, "body": text}).encode(), content_type="application/json")


@contextmanager
def peculiar(tls=None):
    """The server's URL while it runs."""
    server = Quiet(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"{'http' if tls is None else 'https'}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
