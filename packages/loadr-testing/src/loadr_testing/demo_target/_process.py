"""The target in a process of its own."""

import subprocess
import sys
import threading
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from loadr_testing.errors import TargetStartError

_STOP_SECONDS = 5.0
_WINDOWS_NEW_GROUP = 0x200  # subprocess.CREATE_NEW_PROCESS_GROUP, which exists there alone


class DemoTargetProcess:
    """A demo target in a process of its own, running while the context is open.

    It ignores the terminal's Ctrl-C, so that the load stops before its target does, and it ends when
    this process dies in whatever way, because its standard input then ends.

    Args:
        host: Address to listen on.
        port: 0 picks a free one.
        start_timeout: Seconds to wait for its address.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0, *, start_timeout: float = 20.0) -> None:
        self._arguments = ["--host", host, "--port", str(port), "--exit-with-stdin"]
        self._start_timeout = start_timeout
        self._process: subprocess.Popen[str] | None = None
        self._url = ""

    def __repr__(self) -> str:
        return f"<DemoTargetProcess {self._url or 'not started'}, {'closed' if self._process is None else f'pid {self._process.pid}'}>"

    def __enter__(self) -> Self:
        process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "loadr_testing.demo_target", *self._arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=sys.platform != "win32",
            creationflags=_WINDOWS_NEW_GROUP if sys.platform == "win32" else 0,
        )
        self._process = process
        try:
            self._url = self._read_url(process)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop()

    @property
    def url(self) -> str:
        """Its base URL, without a slash at the end."""
        return self._url

    @property
    def port(self) -> int:
        """The port it listens on."""
        return urlsplit(self._url).port or 0

    @property
    def pid(self) -> int:
        """The process's id; 0 when it does not run."""
        return self._process.pid if self._process is not None else 0

    def _read_url(self, process: subprocess.Popen[str]) -> str:
        assert process.stdout is not None
        # Killing it ends the pipe, and with it the reading below.
        watchdog = threading.Timer(self._start_timeout, process.kill)
        watchdog.start()
        try:
            line = process.stdout.readline().strip()
        finally:
            watchdog.cancel()
        if not line:
            code = process.wait()
            raise TargetStartError(f"the demo target did not start (exit code {code})", code)
        return line

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        for insist in (process.terminate, process.kill):
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                insist()
        process.wait()
        process.stdout.close()
