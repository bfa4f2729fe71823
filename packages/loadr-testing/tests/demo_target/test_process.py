import asyncio
import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys

import pytest

from loadr_testing.demo_target import DemoTargetProcess, serve
from loadr_testing.errors import TargetStartError
from loadr_testing.servers import LoopbackAuthority

pytestmark = pytest.mark.process

MODULE = [sys.executable, "-m", "loadr_testing.demo_target"]


@pytest.fixture(scope="module")
def running():
    with DemoTargetProcess() as target:
        yield target


def health(connection: http.client.HTTPConnection) -> int:
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status
    finally:
        connection.close()


def test_serves_while_its_context_is_open():
    with DemoTargetProcess() as target:
        assert target.pid != os.getpid()
        assert repr(target) == f"<DemoTargetProcess {target.url}, pid {target.pid}>"
        assert health(http.client.HTTPConnection("127.0.0.1", target.port, timeout=10)) == 200
    assert target.pid == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", target.port))


def test_says_that_it_cannot_start(capfd):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(TargetStartError) as failed, DemoTargetProcess(port=taken.getsockname()[1]):
            pass
    assert failed.value.exit_code == 1
    assert "cannot listen on 127.0.0.1:" in capfd.readouterr().err


def test_ends_with_its_parent():
    # A parent that is killed cannot clean up; its end of the pipe closes all the same.
    parent_code = (
        "import time\n"
        "from loadr_testing.demo_target import DemoTargetProcess\n"
        "with DemoTargetProcess() as target:\n"
        "    print(target.port, flush=True)\n"
        "    input()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent_code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        port = int(parent.stdout.readline())
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            parent.kill()
            assert connection.recv(1) == b""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_a_signal_stops_it_cleanly(number):
    with subprocess.Popen([*MODULE, "--port", "0"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        process.send_signal(number)
        assert process.wait(10) == 0


def test_tls_from_files(tmp_path):
    authority = LoopbackAuthority()
    chain, key = authority.write_certificate(tmp_path)
    command = [*MODULE, "--port", "0", "--tls-cert", str(chain), "--tls-key", str(key)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        port = int(process.stdout.readline().rpartition(":")[2])
        context = ssl.create_default_context(cafile=authority.write_ca_file(tmp_path))
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)
        assert health(connection) == 200
        process.terminate()
        assert process.wait(10) == 0


def test_serve_blocks_until_a_signal():
    seen = []

    def ready(target):
        seen.append(target.url)
        asyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGTERM)

    serve(port=0, on_ready=ready)
    assert seen[0].startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    ("path", "received"),
    [
        pytest.param("/fault/close", b"", id="close"),
        pytest.param("/fault/malformed", b"This is not HTTP.\r\n\r\n", id="malformed"),
        pytest.param("/status/204", b"HTTP/1.1 204 No Content\r\n\r\n", id="answer"),
        pytest.param("/fault/reset", None, id="reset"),
    ],
)
def test_behaves_alike_on_the_event_loop_of_its_own_process(running, path, received):
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\n\r\n".encode())
        if received is None:
            with pytest.raises(ConnectionResetError):
                connection.recv(1000)
        else:
            assert connection.recv(1000) == received


def test_a_silent_process_is_given_up():
    # No interpreter starts in no time.
    silent = DemoTargetProcess(start_timeout=0.0)
    with pytest.raises(TargetStartError, match="did not start"), silent:
        pass
    assert repr(silent) == "<DemoTargetProcess not started, closed>"
