"""What Windows and macOS lack is taken away from a Python on Linux: all modules import, and a worker does its work.

That shows calls without a guard; how those systems themselves behave it cannot show.
"""

import subprocess
import sys

import pytest

from loadr_core.worker.messages import Finished, Report

pytestmark = pytest.mark.process

# Python's own modules come first, as they are for Linux; then what is missing elsewhere goes.
LACKING = """
import asyncio, ctypes, importlib.metadata, importlib.resources, logging, mimetypes, os, platform, select, shutil
import signal, socket, ssl, subprocess, sys, sysconfig, tempfile, uuid, webbrowser, zipfile
sysconfig.get_config_vars()
asyncio.new_event_loop().close()
for name in {modules!r}:
    sys.modules[name] = None
for holder, names in ((os, {os!r}), (socket, {socket!r}), (select, {select!r}), (signal, {signal!r})):
    for name in names:
        delattr(holder, name)
sys.platform = {platform!r}
"""

WINDOWS = {
    "platform": "win32",
    "modules": ["fcntl", "grp", "pwd", "resource", "termios", "uvloop"],
    "os": [
        "O_CLOEXEC",
        "O_NONBLOCK",
        "fork",
        "geteuid",
        "getloadavg",
        "getuid",
        "mkfifo",
        "pread",
        "sched_getaffinity",
        "uname",
    ],
    "socket": [],  # without AF_UNIX, asyncio on Linux has no pair of sockets
    "select": ["epoll", "poll"],
    "signal": ["SIGHUP", "SIGKILL", "SIGPIPE", "SIGUSR1"],
}
MACOS = {
    "platform": "darwin",
    "modules": [],
    "os": ["sched_getaffinity"],
    "socket": ["SOCK_CLOEXEC"],
    "select": ["epoll"],
    "signal": [],
}
SYSTEMS = pytest.mark.parametrize("system", [WINDOWS, MACOS], ids=["Windows", "macOS"])

# Those of others come before as well: what they do on another system is their affair.
IMPORT_ALL = """
import importlib, pkgutil
for name in "click graphql grpc httptools influxdb_client lxml.html pandas polars pyarrow rich.live websockets".split():
    importlib.import_module(name)
{lacking}
names = ["loadr_" + part for part in "cli config core js outputs protocols python report testing".split()]
count = 0
for name in names:
    for module in pkgutil.walk_packages(importlib.import_module(name).__path__, name + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
            count += 1
print(count)
"""

WORK = """
{lacking}
from loadr_core.worker.process import main
raise SystemExit(main())
"""

PLAN = """
scenarios:
  main:
    executor: per-vu-iterations
    vus: 2
    iterations: 5
    flow:
      - request: {url: "@URL@/echo", method: POST, body: "@BODY@", checks: [{type: status, equals: 200}]}
  steady:
    executor: constant-arrival-rate
    rate: 50
    duration: 200ms
    pre_allocated_vus: 2
    flow:
      - request: {url: "@URL@/json"}
"""


@SYSTEMS
def test_all_modules_import(system):
    program = IMPORT_ALL.format(lacking=LACKING.format(**system))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 500


@SYSTEMS
def test_a_worker_does_its_work(system, target, work, tmp_path):
    text = PLAN.replace("@URL@", target.url).replace("@BODY@", "x" * 200_000)
    (tmp_path / "plan.yaml").write_text(text)
    command = ("-P", "-c", WORK.format(lacking=LACKING.format(**system)))
    said, done = work(command, tmp_path / "plan.yaml")
    assert said, done.stderr
    assert isinstance(said[-1], Finished), said
    last = [message for message in said if isinstance(message, Report)][-1]
    assert [scenario.iterations for scenario in last.scenarios] == [10, 10]
    assert target.count() == 20
