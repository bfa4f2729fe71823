"""An environment as a user has it: wheels of loadr and of two third-party distributions, nothing else."""

import os
import socketserver
import subprocess
import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = Path(__file__).resolve().parent
UV = [sys.executable, "-m", "uv", "--quiet"]


def run(*command, **options):
    """Run a command to its end, with nothing of this environment; its outcome."""
    names = {"PYTHONPATH", "VIRTUAL_ENV"}
    environment = {name: value for name, value in os.environ.items() if name not in names}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, **options)


def must(*command, **options):
    """Run a command that has to succeed; its standard output."""
    done = run(*command, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def fresh_environment(tmp_path_factory):
    """The folder of the commands of a fresh environment.

    Our distributions and the plugins are built as wheels; everything else comes as locked.
    """
    folder = tmp_path_factory.mktemp("fresh")
    wheels = folder / "wheels"
    must(*UV, "build", "--wheel", "--all-packages", "--out-dir", wheels, cwd=ROOT)
    for plugin in ("acme-loadr-plugin", "broken-loadr-plugin"):
        must(*UV, "build", "--wheel", "--out-dir", wheels, PLUGINS / plugin, cwd=folder)
    must(*UV, "venv", "--no-project", "--python", sys.executable, folder / "venv", cwd=folder)
    python = folder / "venv/bin/python"
    selection = ["--package", "loadr", "--no-default-groups", "--no-emit-workspace"]
    locked = must(*UV, "export", "--frozen", *selection, cwd=ROOT)
    must(*UV, "pip", "install", "--python", python, "-r", "-", cwd=folder, input=locked)
    must(*UV, "pip", "install", "--python", python, "--no-deps", *sorted(wheels.glob("*.whl")), cwd=folder)
    return python.parent


@pytest.fixture
def loadr(fresh_environment, tmp_path):
    """Call the environment's `loadr` in a folder of its own."""
    return lambda *words, **options: run(fresh_environment / "loadr", *words, cwd=tmp_path, **options)


class _Answering(socketserver.StreamRequestHandler):
    """Answers every line, as the protocol `acme` wants it."""

    def handle(self):
        for line in self.rfile:
            self.wfile.write(b"200 pong\n" if line == b"PING\n" else b"404 what\n")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@pytest.fixture
def acme_server():
    """The address of a server that speaks `acme`."""
    with _Server(("127.0.0.1", 0), _Answering) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        host, port = server.server_address
        yield f"acme://{host}:{port}"
        server.shutdown()
        thread.join()
