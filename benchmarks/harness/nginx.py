"""The target: an nginx of our own, one worker pinned to one core, answering from memory.

Its `stub_status` module counts requests, so that no load generator's own count is trusted.
"""

import http.client
import json
import re
import socket
import subprocess
import tempfile
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.harness import clock, process_tree
from benchmarks.harness.certificate import write_certificate
from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.tools import path_of

START_TIMEOUT_SECS = 5.0
STOP_TIMEOUT_SECS = 3.0
START_ATTEMPTS = 3
BODY_BYTES = 500
LARGE_BYTES = 100_000
PART = "x" * 1000
DATA = "/data"
LARGE = "/large"

CONFIG = """\
daemon off;
pid nginx.pid;
worker_processes 1;
worker_rlimit_nofile 16384;
error_log error.log warn;
events {
    # A connection per VU, up to 10,000 of them.
    worker_connections 16000;
    multi_accept on;
}
http {
    access_log off;
    client_body_temp_path temp-body;
    proxy_temp_path temp-proxy;
    fastcgi_temp_path temp-fastcgi;
    uwsgi_temp_path temp-uwsgi;
    scgi_temp_path temp-scgi;
    # One connection per VU for the whole run: nginx closes after 1,000 requests otherwise.
    keepalive_requests 1000000000;
    keepalive_timeout 600s;
    server {
        listen 127.0.0.1:@PORT@ backlog=4096;
        @TLS@
        location = /data {
            default_type application/json;
            return 200 '@BODY@';
        }
        location = /login {
            default_type application/json;
            return 200 '{"user": "ann", "token": "abcdef0123456789abcdef0123456789"}';
        }
        location = /large {
            default_type application/json;
            # One text of nginx.conf must fit into its buffer of 4 KB.
            set $part '@PART@';
            return 200 '@LARGE@';
        }
        location /items {
            default_type application/json;
            return 200 '@BODY@';
        }
        location = /status {
            stub_status;
        }
    }
}
"""

TLS = """\
listen 127.0.0.1:@PORT@ ssl @HTTP2@ backlog=4096;
        ssl_certificate certificate.pem;
        ssl_certificate_key key.pem;
        ssl_protocols TLSv1.3;
"""


class Speaks(Enum):
    """What the target speaks, in words for people."""

    HTTP_1 = "HTTP/1.1 in the clear"
    TLS = "HTTP/1.1 over TLS 1.3"
    HTTP_2 = "HTTP/2 over TLS 1.3"


def json_body(size: int) -> str:
    """A JSON object of exactly `size` bytes, without quotes or dollars that nginx would read."""
    frame = json.dumps({"id": 1, "name": "loadr", "data": ""})
    return json.dumps({"id": 1, "name": "loadr", "data": "x" * (size - len(frame))})


def config(port: int, speaks: Speaks = Speaks.HTTP_1, tls_port: int = 0) -> str:
    """The nginx configuration for a port in the clear, and for one with TLS where the target speaks that."""
    tls = ""
    if speaks is not Speaks.HTTP_1:
        http2 = "http2" if speaks is Speaks.HTTP_2 else ""
        tls = TLS.replace("@PORT@", str(tls_port)).replace("@HTTP2@", http2).rstrip()
    text = CONFIG.replace("@PORT@", str(port)).replace("@TLS@", tls)
    large = json_body(LARGE_BYTES).replace("x" * len(PART), "${part}")
    text = text.replace("@PART@", PART).replace("@LARGE@", large)
    return text.replace("@BODY@", json_body(BODY_BYTES))


def parse_stub_status(text: str) -> int:
    """The number of requests in a `stub_status` page (ngx_http_stub_status_module).

    Raises:
        BenchmarkError: the page has another form.
    """
    match = re.search(r"^\s*(\d+)\s+(\d+)\s+(\d+)\s*$", text, re.MULTILINE)
    if match is None:
        raise BenchmarkError(f"nginx's status page is not understood: {text!r}")
    return int(match[3])


def free_port() -> int:
    """A loopback port that is free now; another process may take it before nginx does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class NginxTarget:
    """A running nginx; a context manager that stops it by its process id.

    Attributes:
        pid: The master process.
        origin: Scheme, host and port, without a path.
        url: Where the JSON response is.
    """

    def __init__(self, core: int, speaks: Speaks = Speaks.HTTP_1) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="loadr-bench-nginx-")
        self._core = core
        self._speaks = speaks
        self._own_requests = 0
        try:
            self._process, self._port, tls_port = self._start()
        except BaseException:
            self._folder.cleanup()
            raise
        self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=START_TIMEOUT_SECS)
        self.pid = self._process.pid
        self.origin = f"http://127.0.0.1:{self._port}" if not tls_port else f"https://127.0.0.1:{tls_port}"
        self.url = f"{self.origin}{DATA}"

    def __repr__(self) -> str:
        return f"<NginxTarget {self.url} pid={self.pid} core={self._core}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def requests(self) -> int:
        """Requests answered since the start, without those of this method."""
        self._own_requests += 1
        self._connection.request("GET", "/status")
        page = self._connection.getresponse().read().decode()
        return parse_stub_status(page) - self._own_requests

    def cpu_secs(self) -> float:
        """CPU seconds of master and worker since the start."""
        tree = process_tree.descendants(process_tree.read_parents(), [self.pid])
        stats = (process_tree.read_stat(pid) for pid in tree)
        return sum(stat.cpu_secs for stat in stats if stat is not None)

    def close(self) -> None:
        """Stop nginx and remove its folder."""
        self._connection.close()
        _stop(self._process)
        self._folder.cleanup()

    def _start(self) -> tuple[subprocess.Popen[bytes], int, int]:
        """Start nginx on free ports, on others when somebody was faster; the second is 0 without TLS."""
        folder = Path(self._folder.name)
        log = folder / "error.log"
        with_tls = self._speaks is not Speaks.HTTP_1
        if with_tls:
            write_certificate(folder)
        for _attempt in range(START_ATTEMPTS):
            port = free_port()
            tls_port = free_port() if with_tls else 0
            (folder / "nginx.conf").write_text(config(port, self._speaks, tls_port), encoding="utf-8")
            command = [path_of("taskset"), "-c", str(self._core), path_of("nginx")]
            command += ["-p", str(folder), "-e", "error.log", "-c", "nginx.conf"]
            # A process group of its own: Ctrl-C reaches the harness alone, which stops in order.
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, process_group=0, stderr=subprocess.DEVNULL
            )
            try:
                if _listens(process, port):
                    return process, port, tls_port
            except BaseException:
                _stop(process)
                raise
            _stop(process)
        reason = log.read_text(encoding="utf-8", errors="replace") if log.exists() else "it wrote no log"
        raise BenchmarkError(f"nginx did not start:\n{reason.strip()}")


def _listens(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until the port answers; False when the process ends or takes too long."""
    deadline = clock.now() + START_TIMEOUT_SECS
    while process.poll() is None and clock.now() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        clock.pause(0.02)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a process: SIGTERM, and SIGKILL when that does not help in time."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(STOP_TIMEOUT_SECS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
