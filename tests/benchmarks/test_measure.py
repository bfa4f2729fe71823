"""The meter against real process trees.

It pins its own process, adopts orphans and stops what is below it, so it runs in a process of its own.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = pytest.mark.process

METER = """
import json, os, sys
from dataclasses import asdict
from pathlib import Path
from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.machine import Cores
from benchmarks.harness.measure import Meter

core = min(os.sched_getaffinity(0))
meter = Meter(Cores(core, core, core, siblings=False), target_pid=0, target_requests=lambda: 5,
              target_cpu_secs=lambda: 0.0)
try:
    measured = meter.run([sys.executable, "-c", sys.argv[1]], Path(sys.argv[2]), limit_secs=float(sys.argv[3]))
    print(json.dumps(asdict(measured)))
except BenchmarkError as error:
    print(json.dumps({"error": str(error)}))
"""

BURN = "import time\nwhile time.process_time() < 0.3: pass\n"


def measure(generator, folder, limit_secs=30):
    command = [sys.executable, "-c", METER, generator, str(folder), str(limit_secs)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    return json.loads(done.stdout)


def alive(pid_file):
    """Whether the process whose number a generator has written is still there."""
    return Path("/proc", pid_file.read_text()).exists()


@pytest.mark.parametrize(
    "generator",
    [
        BURN,
        f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BURN!r}])",
        f"import subprocess, sys, os\nsubprocess.Popen([sys.executable, '-c', {BURN!r}])\nos._exit(0)",
        f"import subprocess, sys, os\nsubprocess.Popen([sys.executable, '-c', {BURN!r}], start_new_session=True)\nos._exit(0)",
    ],
    ids=["itself", "a child it waits for", "an orphan", "an orphan in a session of its own"],
)
def test_cpu_of_the_whole_tree_is_counted(generator, tmp_path):
    measured = measure(generator, tmp_path)
    assert measured["exit_code"] == 0
    assert measured["cpu_secs"] >= 0.3
    assert measured["stragglers"] == 0
    assert measured["requests"] == 0


def test_memory_of_the_whole_tree_is_summed(tmp_path):
    hold = "import time\nkept = bytearray(b'x' * 40_000_000)\ntime.sleep(1.5)\n"
    measured = measure(
        f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {hold!r}])\n", tmp_path
    )
    assert measured["peak_rss"] > measured["peak_pss"] > 40_000_000


def test_exit_code_and_output_are_kept(tmp_path):
    measured = measure("import sys\nprint('out')\nsys.exit('err')", tmp_path)
    assert measured["exit_code"] == 1
    assert (tmp_path / "stdout").read_text() == "out\n"
    assert (tmp_path / "stderr").read_text() == "err\n"


def test_what_outlives_the_generator_is_stopped(tmp_path):
    sleeper = (
        "import os, subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "open('pid', 'w').write(str(child.pid))\n"
        "os._exit(0)\n"
    )
    measured = measure(sleeper, tmp_path)
    assert measured["stragglers"] == 1
    assert not alive(tmp_path / "pid")


def test_a_generator_that_takes_too_long_is_stopped_even_when_it_ignores_the_request(tmp_path):
    stubborn = (
        "import os, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "open('pid', 'w').write(str(os.getpid()))\n"
        "time.sleep(600)\n"
    )
    assert "still running after 1 s" in measure(stubborn, tmp_path, limit_secs=1)["error"]
    assert not alive(tmp_path / "pid")
