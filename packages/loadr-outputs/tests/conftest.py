"""Real servers to write to, each in a process of its own on a port of its own choice."""

import json
import os
import re
import shutil
import socket
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request

import pytest

from loadr_config.metrics import MetricKind
from loadr_core.spi import OutputContext, SeriesGain
from loadr_testing.conformance.output import summary
from loadr_testing.waiting import PATIENCE, poll


def fetch(url, data=None, headers=None):
    request = urllib.request.Request(url, data, headers or {})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)


class Daemon:
    """A server of Debian; its log tells the port that it chose."""

    def __init__(self, package, command, port_in_log, *arguments):
        path = shutil.which(
            command, path=os.pathsep.join([os.environ["PATH"], "/usr/sbin", "/usr/local/sbin"])
        )
        assert path, f"{command} is missing: python scripts/install_system.py test (Debian package {package})"
        self._process = subprocess.Popen(
            [path, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._found = threading.Event()
        self.port = 0
        self.lines = []
        self._reader = threading.Thread(target=self._read, args=(re.compile(port_in_log),), daemon=True)
        self._reader.start()
        assert self._found.wait(PATIENCE), f"{command} did not start: {self.lines[-20:]}"
        assert self.port, f"{command} did not start: {self.lines[-20:]}"

    def _read(self, port_in_log):
        for line in self._process.stdout:
            self.lines.append(line)
            if not self.port and (match := port_in_log.search(line)):
                self.port = int(match[1])
                self._found.set()
        self._found.set()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def close(self):
        self._process.kill()
        self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        self._process.stdout.close()


class Influx(Daemon):
    def __init__(self, folder):
        config = folder / "influxdb.conf"
        config.write_text(
            f"""
reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:0"
"""
        )
        super().__init__(
            "influxdb", "influxd", r"Listening on HTTP.*addr=127.0.0.1:(\d+)", "-config", str(config)
        )

    def query(self, text, database="loadr"):
        """The first series of an answer, a dictionary a row."""
        query = urllib.parse.urlencode({"db": database, "q": text})
        (result,) = fetch(f"{self.url}/query?{query}", data=b"")["results"]
        assert "error" not in result, result
        return [
            {**series.get("tags", {}), **dict(zip(series["columns"], row, strict=True))}
            for series in result.get("series", [])
            for row in series["values"]
        ]


class PrometheusServer(Daemon):
    def __init__(self, folder, scraped=()):
        config = folder / "prometheus.yml"
        jobs = [
            {"job_name": "loadr", "scrape_interval": "1s", "static_configs": [{"targets": list(scraped)}]}
        ] * bool(scraped)
        config.write_text(json.dumps({"scrape_configs": jobs}))
        super().__init__(
            "prometheus",
            "prometheus",
            r"Listening on.*address=127.0.0.1:(\d+)",
            f"--config.file={config}",
            f"--storage.tsdb.path={folder}/data",
            "--web.listen-address=127.0.0.1:0",
            "--web.enable-remote-write-receiver",
            "--enable-feature=native-histograms",
        )
        poll(self._is_ready, "Prometheus to be ready")

    def _is_ready(self):
        try:
            with urllib.request.urlopen(f"{self.url}/-/ready", timeout=PATIENCE) as answer:
                return answer.status == 200
        except urllib.error.HTTPError as answer:
            answer.close()
            return False

    def query(self, text, at=None):
        """The values of an instant query, by their labels without the name."""
        parameters = urllib.parse.urlencode({"query": text} | ({} if at is None else {"time": at}))
        data = fetch(f"{self.url}/api/v1/query?{parameters}")["data"]["result"]
        return [
            ({k: v for k, v in row["metric"].items() if k != "__name__"}, float(row["value"][1]))
            for row in data
        ]


@pytest.fixture(scope="session")
def influx(tmp_path_factory):
    server = Influx(tmp_path_factory.mktemp("influx"))
    yield server
    server.close()


@pytest.fixture(scope="session")
def prometheus(tmp_path_factory):
    server = PrometheusServer(tmp_path_factory.mktemp("prometheus"))
    yield server
    server.close()


@pytest.fixture
def dead_address():
    """host:port where nobody listens: the port is taken by a socket that does not accept."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def context(tmp_path):
    def making(run_id="20260101-000000-abcdef", **config):
        return OutputContext(config, tmp_path, run_id)

    return making


TAGS = {"name": "item", "scenario": "main"}


def _gains(*, count=2, values=(1.0, 2.0), counts=(1, 1), metric="http_req_duration"):
    """What one worker gained in a second: one series of each kind."""
    total = sum(value * times for value, times in zip(values, counts, strict=True))
    return [
        SeriesGain(
            metric,
            MetricKind.TREND,
            TAGS,
            time=True,
            count=sum(counts),
            sum=total,
            min=min(values),
            max=max(values),
            values=values,
            counts=counts,
        ),
        SeriesGain("http_reqs", MetricKind.COUNTER, TAGS, sum=float(count)),
        SeriesGain("http_req_failed", MetricKind.RATE, TAGS, count=count, sum=1),
        SeriesGain("vus", MetricKind.GAUGE, {}, min=3.0, max=5.0, last=4.0),
    ]


async def _whole_run(output, reports, *, started_at=1_700_000_000.0):
    """Start, hand over a list of gains a second, stop."""
    await output.start()
    for second, gained in enumerate(reports, start=1):
        output.add_gains(gained, started_at + second)
    await output.stop(summary())


@pytest.fixture
def gains():
    return _gains


@pytest.fixture
def whole_run():
    return _whole_run


@pytest.fixture
def wait_for():
    return poll


@pytest.fixture
def prometheus_server(tmp_path):
    """Start a Prometheus that scrapes addresses."""
    servers = []

    def starting(scraped):
        servers.append(PrometheusServer(tmp_path, scraped))
        return servers[-1]

    yield starting
    for server in servers:
        server.close()
