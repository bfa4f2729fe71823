"""Autobahn's conformance cases for WebSocket (RFC 6455 and RFC 7692), driven by a script; kosoku runs them on Python 3."""

import json
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

pytestmark = pytest.mark.process

SCRIPT = """
import ws from 'k6/ws';
export const options = {vus: 1, iterations: +__ENV.CASES};
const at = path => `${__ENV.BASE}/${path}&agent=loadr`;
export default function () {
  const last = __ITER + 1 === options.iterations;
  ws.connect(at(`runCase?case=${__ITER + 1}`), {compression: __ENV.COMPRESSION}, socket => {
    socket.on('message', text => socket.send(text));
    socket.on('binaryMessage', bytes => socket.sendBinary(bytes));
  });
  if (last) ws.connect(at('updateReports?'), {}, () => {});
}
"""

# Not OK, but within the specification: nothing says when a client has to look at what is wrong.
GOOD = {"OK", "NON-STRICT", "INFORMATIONAL"}
PATIENCE = 30.0


class Fuzzing:
    """Autobahn's server; it tells of each case, and at last that its verdicts are written.

    Attributes:
        base: its URL.
        wrote: set as soon as the verdicts can be read.
    """

    def __init__(self, server):
        self.base = server.stdout.readline().split()[-1]
        self.wrote = Event()
        Thread(target=self._listen, args=(server.stdout,), daemon=True).start()

    def _listen(self, lines):
        for line in lines:
            if line.startswith("wrote reports"):
                self.wrote.set()


@contextmanager
def fuzzing(cases, folder):
    """Serve some cases; the verdicts come into `folder`."""
    chosen = [word for case in cases for word in ("-i", case)]
    command = [sys.executable, "-u", str(Path(sys.executable).with_name("kosoku")), "-m", "fuzzingserver"]
    with subprocess.Popen(
        [*command, "127.0.0.1:0", "-o", str(folder), *chosen],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        try:
            yield Fuzzing(server)
        finally:
            server.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="kosoku has wheels for Linux only")
@pytest.mark.parametrize(
    ("cases", "count", "compression"),
    [
        # Framing, pings, reserved bits, opcodes, fragments, UTF-8, closing, and fragments in one go.
        (("1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*"), 247, ""),
        (("12.1.1", "12.2.10", "13.1.1", "13.7.1"), 4, "deflate"),
    ],
)
def test_a_client_in_scripts_passes(cases, count, compression, loadr):
    (loadr.folder / "echo.js").write_text(SCRIPT, encoding="utf-8")
    with fuzzing(cases, loadr.folder / "verdicts") as server:
        values = {"BASE": server.base, "CASES": count, "COMPRESSION": compression}
        given = [word for name, value in values.items() for word in ("-e", f"{name}={value}")]
        done = loadr("run", "echo.js", *given)
        assert done.code == 0, done
        assert server.wrote.wait(PATIENCE), done
    verdicts = json.loads((loadr.folder / "verdicts" / "index.json").read_text(encoding="utf-8"))["loadr"]
    assert len(verdicts) == count
    bad = {case: verdict for case, verdict in verdicts.items() if verdict["behavior"] not in GOOD}
    assert not bad, Counter(verdict["behavior"] for verdict in bad.values())
