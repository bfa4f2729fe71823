import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from loadr_core.spi import OutputError
from loadr_outputs.delivery import RejectedError, UnavailableError
from loadr_outputs.network import Poster, require


class Answering(ThreadingHTTPServer):
    """Answers every POST with the next of its answers; remembers what it got."""

    def __init__(self, answers):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = answers
        self.got = []
        self.thread = threading.Thread(target=self.serve_forever)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def stop(self):
        self.shutdown()
        self.thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        status, headers, text = self.server.answers.pop(0)
        if status is None:  # hang up without an answer
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in {"Content-Length": str(len(text)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_arguments):
        """Say nothing."""


@pytest.fixture
def answering():
    servers = []

    def starting(*answers):
        servers.append(Answering(list(answers)))
        return servers[-1]

    yield starting
    for server in servers:
        server.stop()


def test_a_post_arrives_with_its_headers(answering):
    server = answering((204, {}, b""))
    poster = Poster(f"{server.url}/api?x=1", "test")
    poster.post(b"body", {"X-Key": "1"})
    poster.close()
    path, headers, body = server.got[0]
    assert (path, headers["X-Key"], body) == ("/api?x=1", "1", b"body")


@pytest.mark.parametrize(
    ("status", "error", "message"),
    [
        (400, RejectedError, r"answered 400 Bad Request: bad line"),
        (401, RejectedError, r"answered 401 Unauthorized: bad line"),
        (429, UnavailableError, r"answered 429 Too Many Requests: bad line"),
        (500, UnavailableError, r"answered 500 Internal Server Error: bad line"),
        (503, UnavailableError, r"answered 503 Service Unavailable: bad line"),
    ],
)
def test_the_status_tells_whether_to_try_again(status, error, message, answering):
    server = answering((status, {}, b"bad line"))
    poster = Poster(server.url, "test")
    with pytest.raises(error, match=message):
        poster.post(b"", {})
    poster.close()


@pytest.mark.parametrize(
    ("header", "seconds"),
    [({"Retry-After": "7"}, 7.0), ({"Retry-After": "Wed, 21 Oct 2026"}, None), ({}, None)],
)
def test_retry_after_is_kept(header, seconds, answering):
    server = answering((503, header, b""))
    poster = Poster(server.url, "test")
    with pytest.raises(UnavailableError) as raised:
        poster.post(b"", {})
    assert raised.value.retry_after == seconds
    poster.close()


def test_a_kept_connection_that_died_is_opened_anew(answering):
    server = answering((200, {}, b""), (None, {}, b""), (200, {}, b"ok"))
    poster = Poster(server.url, "test")
    poster.post(b"1", {})
    assert poster.post(b"2", {}) == b"ok"
    poster.close()


def test_nobody_there_is_a_reason_to_try_again(dead_address):
    with pytest.raises(UnavailableError, match=r"127.0.0.1 cannot be reached: Connection refused"):
        Poster(f"http://{dead_address}", "test").post(b"", {})


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://host", "must be http://HOST"),
        ("localhost:8086", "must be http://HOST"),
        ("http://", "must be http://HOST"),
        ("http://host:port", "not valid"),
    ],
)
def test_what_is_no_url_is_refused(url, message):
    with pytest.raises(OutputError, match=message):
        Poster(url, "test")


def test_a_missing_library_is_named_with_the_way_out():
    with pytest.raises(
        OutputError, match=r"the output x needs no_such_library, .* pip install 'loadr\[outputs\]'"
    ):
        require("no_such_library", "the output x")
