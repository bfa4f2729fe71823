"""The command in a process of its own, a target to load, and plans to load it with."""

import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

from loadr_config import load_plan
from loadr_config.summary import Summary
from loadr_core.coordinator import RunRequest
from loadr_core.coordinator.preparation import Preparation
from loadr_core.segments import Segment
from loadr_core.worker.frames import HEADER, decode, encode
from loadr_core.worker.messages import Finish, Go
from loadr_testing.demo_target import DemoTargetProcess
from loadr_testing.waiting import PATIENCE, poll


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that has ended."""

    code: int
    stdout: str
    stderr: str

    def __str__(self):
        return f"exit code {self.code}\n--- stdout\n{self.stdout}\n--- stderr\n{self.stderr}"


class Running:
    """A command that runs; its standard error is read as it comes, line by line."""

    def __init__(self, process):
        self.process = process
        self.lines = []
        self._new = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stderr:
            self._new.put(line)
        self._new.put(None)

    def line(self, part):
        """Wait for a line of standard error that contains a text."""
        while (line := self._new.get(timeout=PATIENCE)) is not None:
            self.lines.append(line)
            if part in line:
                return line
        raise AssertionError(f"no line with {part!r} in {self.lines}")

    def signal(self, number):
        self.process.send_signal(number)

    def end(self):
        """Wait for the end of the process, and of all who share its standard error."""
        while (line := self._new.get(timeout=PATIENCE)) is not None:
            self.lines.append(line)
        stdout = self.process.stdout.read() if self.process.stdout is not None else ""
        code = self.process.wait(PATIENCE)
        return Finished(code, stdout, "".join(self.lines))

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()


class Command:
    """`loadr` in a folder, without what the surrounding environment says about it."""

    def __init__(self, folder):
        self.folder = folder
        self._running = []
        dropped = ("LOADR_", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_")
        self._environment = {k: v for k, v in os.environ.items() if not k.startswith(dropped)}
        # Short, since the path of a socket may have no more than 103 bytes; of its own, so that it has no
        # runs but those of the test.
        self.runtime = Path(tempfile.mkdtemp(prefix="loadr-"))
        self._environment["XDG_RUNTIME_DIR"] = str(self.runtime)

    def start(self, *arguments, env=None, module="loadr_cli", **options):
        process = subprocess.Popen(
            [sys.executable, "-m", module, *map(str, arguments)],
            stdin=options.pop("stdin", subprocess.DEVNULL),
            stdout=options.pop("stdout", subprocess.PIPE),
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env={**self._environment, **(env or {})},
            **options,
        )
        running = Running(process)
        self._running.append(running)
        return running

    def __call__(self, *arguments, env=None, module="loadr_cli", **options):
        """Run to the end."""
        done = subprocess.run(
            [sys.executable, "-m", module, *map(str, arguments)],
            capture_output=True,
            text=options.pop("text", True),
            cwd=self.folder,
            env={**self._environment, **(env or {})},
            timeout=PATIENCE,
            check=False,
            **({"stdin": subprocess.DEVNULL} if "input" not in options else {}),
            **options,
        )
        return Finished(done.returncode, done.stdout, done.stderr)

    def close(self):
        for running in self._running:
            running.close()
        shutil.rmtree(self.runtime)


class Target:
    """The demo target, with what it counts itself."""

    def __init__(self, url):
        self.url = url
        self._asked = 0
        self._before = self._seen()

    def _seen(self):
        with urllib.request.urlopen(f"{self.url}/stats", timeout=PATIENCE) as answer:
            self._asked += 1  # the target counts the question as well
            return json.load(answer)["requests"] - self._asked

    def count(self):
        """Requests since this object was made or last asked, its own questions left out."""
        before, self._before = self._before, self._seen()
        return self._before - before

    def until(self, requests):
        """Wait until so many requests have come since the last `count`."""
        poll(lambda: self._seen() - self._before >= requests, f"{requests} requests at the target")


class Plans:
    """Writes plans; a plan is a YAML document, and JSON is YAML."""

    def __init__(self, folder, base_url):
        self.folder = folder
        self.base_url = base_url

    def text(self, text, name="plan.yaml"):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def document(self, document, name="plan.yaml"):
        http = {"base_url": self.base_url, **document.pop("http", {})}
        return self.text(json.dumps({"defaults": {"http": http}, **document}, indent=2), name)

    def one(self, *flow, executor="per-vu-iterations", rest=None, **knobs):
        """A plan of one scenario."""
        if executor.endswith("-iterations"):
            knobs = {"vus": 1, "iterations": 1, **knobs}
        scenario = {"executor": executor, **knobs, "flow": list(flow)}
        return self.document({"scenarios": {"main": scenario}, **(rest or {})})


def request(url, **more):
    """A step."""
    return {"request": {"url": url, **more}}


class Result:
    """A summary file, by what tests ask for."""

    def __init__(self, path):
        self.document = json.loads(Path(path).read_text(encoding="utf-8"))
        self.summary = Summary.model_validate(self.document)

    def metric(self, name, /, **tags):
        found = [m for m in self.summary.metrics if m.metric == name and m.tags == tags]
        assert len(found) <= 1
        return found[0] if found else None

    def total(self, name, /, **tags):
        """The sum of a counter, the number of samples of a trend or a rate."""
        metric = self.metric(name, **tags)
        if metric is None:
            return 0
        return metric.agg.sum if metric.kind == "counter" else metric.agg.count

    @property
    def iterations(self):
        return sum(scenario.iterations for scenario in self.summary.scenarios)


@pytest.fixture(scope="session")
def _target_process():
    with DemoTargetProcess() as process:
        yield process


@pytest.fixture
def target(_target_process):
    return Target(_target_process.url)


@pytest.fixture
def target_at():
    """Make a `Target` of the demo target at a URL."""
    return Target


@pytest.fixture
def loadr(tmp_path):
    command = Command(tmp_path)
    yield command
    command.close()


@pytest.fixture
def plans(tmp_path, target):
    return Plans(tmp_path, target.url)


@pytest.fixture
def run(loadr, tmp_path):
    """`loadr run` to its end, with its summary as a file."""

    def running(plan, *arguments, **options):
        export = tmp_path / "summary.json"
        done = loadr("run", plan, "--summary-export", export, *arguments, **options)
        assert "Traceback" not in done.stderr, done
        return done, Result(export) if export.exists() else None

    return running


@pytest.fixture
def start_run(loadr, tmp_path):
    """`loadr run` under way, logging in detail; its summary's path is `summary.json`."""

    def starting(plan, *arguments, **options):
        return loadr.start("run", plan, "-vv", "--summary-export", "summary.json", *arguments, **options)

    return starting


@pytest.fixture
def result(tmp_path):
    """The summary that a run has left."""
    return lambda: Result(tmp_path / "summary.json")


@pytest.fixture
def step():
    """Make a request step."""
    return request


@pytest.fixture
def work():
    """Run a Python that is a worker through a plan; what it said, and how it ended."""

    def working(arguments, path):
        plan = load_plan(path).require()
        preparation = Preparation(RunRequest(plan, path.parent, {}, seed=1), {})
        orders = (preparation.part(Segment(), keep_raw=False), Go(0.0), Finish())
        done = subprocess.run(
            [sys.executable, *arguments],
            input=b"".join(map(encode, orders)),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        return list(_messages(done.stdout)), done

    return working


def _messages(stream):
    while stream:
        (size,) = HEADER.unpack(stream[: HEADER.size])
        yield decode(stream[HEADER.size : HEADER.size + size])
        stream = stream[HEADER.size + size :]
