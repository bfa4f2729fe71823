"""The outputs of a run, typed as a user would, read back and compared with the summary."""

import csv
import gzip
import http.server
import json
import re
import signal
import socket
import threading
from collections import Counter

import pyarrow.parquet as pq
import pytest

from loadr_testing.waiting import PATIENCE

pytestmark = pytest.mark.process

PLAN = """
name: outputs
defaults: {{http: {{base_url: "{url}"}}}}
scenarios:
  main:
    executor: shared-iterations
    vus: 4
    iterations: 200
    flow:
      - request:
          name: item
          url: /json
          checks: [{{type: status, equals: 200}}, {{type: status, equals: 201}}]
outputs:
  - {{type: csv, path: "{path}"}}
"""


def sums(rows):
    totals, counts = Counter(), Counter()
    for metric, value in rows:
        totals[metric] += value
        counts[metric] += 1
    return totals, counts


def test_the_samples_add_up_to_the_summary(loadr, target, tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN.format(url=target.url, path="samples.csv.gz"))
    jsonl, exported = tmp_path / "samples.jsonl", tmp_path / "summary.json"
    parquet = tmp_path / "samples.parquet"
    outputs = (f"--output=json={jsonl}", f"--output=parquet={parquet}")
    done = loadr("run", plan, "-q", *outputs, "--summary-export", exported)
    assert done.code == 0, done.stderr
    summary = json.loads(exported.read_text())
    documents = [json.loads(line) for line in jsonl.read_text().splitlines()]
    assert documents[-1]["type"] == "summary"
    samples = [document for document in documents if document["type"] == "sample"]
    with gzip.open(tmp_path / "samples.csv.gz", "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    from_json = sums((sample["metric"], sample["value"]) for sample in samples)
    from_csv = sums((row["metric"], float(row["value"])) for row in rows)
    table = pq.read_table(parquet)
    from_parquet = sums(zip(table["metric"].to_pylist(), table["value"].to_pylist(), strict=True))
    for metric in summary["metrics"]:
        if metric["tags"] or metric["kind"] == "gauge":
            continue
        for totals, counts in (from_json, from_csv, from_parquet):
            name, agg = metric["metric"], metric["agg"]
            assert totals[name] == pytest.approx(agg["sum"], rel=1e-6, abs=1e-6), name
            if "count" in agg:
                assert counts[name] == agg["count"], name
    assert {sample["metric"] for sample in samples} >= {"vus", "vus_max", "checks", "http_req_duration"}
    assert [(books["name"], books["lost"]) for books in summary["outputs"]] == [
        ("csv", 0),
        ("json", 0),
        ("parquet", 0),
    ]
    assert summary["outputs"][1]["written"] == len(samples)
    assert summary["outputs"][2]["written"] == table.num_rows


def test_a_parquet_file_is_whole_after_an_interrupt(loadr, target, plans, step, tmp_path):
    plan = plans.one(step("/json", name="item"), executor="constant-vus", vus=2, duration="60s")
    exported = tmp_path / "summary.json"
    running = loadr.start("run", plan, "-q", "--output=parquet=s.parquet", "--summary-export", exported)
    target.until(20)
    running.signal(signal.SIGINT)
    done = running.end()
    assert done.code == 105, done
    summary = json.loads(exported.read_text())
    (metric,) = [m for m in summary["metrics"] if m["metric"] == "http_req_duration" and not m["tags"]]
    table = pq.read_table(tmp_path / "s.parquet", filters=[("metric", "=", "http_req_duration")])
    assert table.num_rows == metric["agg"]["count"] >= 20
    assert set(table["name"].to_pylist()) == {"item"}


def test_a_full_disk_is_told_and_fails_the_command(loadr, target, tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN.format(url=target.url, path="/dev/full"))
    exported = tmp_path / "summary.json"
    done = loadr("run", plan, "-q", "--summary-export", exported)
    assert done.code == 1
    assert "output csv: " in done.stderr
    assert "samples were lost: /dev/full cannot be written: No space left on device" in done.stderr
    (books,) = json.loads(exported.read_text())["outputs"]
    assert books["taken"] == books["lost"] > 0


def test_a_path_that_cannot_be_made_refuses_the_run(loadr, target, tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN.format(url=target.url, path="missing/samples.csv"))
    done = loadr("run", plan, "-q")
    assert done.code == 1
    assert "cannot be written: No such file or directory" in done.stderr


class SlowInflux(http.server.BaseHTTPRequestHandler):
    """Takes what is written to it, but holds the first request until it is let go."""

    gate = threading.Event()
    waited = threading.Event()
    lines: list[str]

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        SlowInflux.waited.set()
        if SlowInflux.gate.wait(PATIENCE):
            SlowInflux.lines += body.decode().splitlines()
            self.send_response(204)
            self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def slow_influx():
    SlowInflux.gate, SlowInflux.waited, SlowInflux.lines = threading.Event(), threading.Event(), []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), SlowInflux) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        SlowInflux.gate.set()
        server.shutdown()
        thread.join()


def books_of(summary):
    (books,) = summary["outputs"]
    assert books["taken"] == books["written"] + books["lost"]
    return books


def test_a_slow_sink_does_not_slow_the_load_and_loses_nothing(
    loadr, plans, step, target, slow_influx, tmp_path
):
    plan = plans.one(
        step("/json", name="item"),
        executor="constant-arrival-rate",
        rate=50,
        duration="4s",
        pre_allocated_vus=20,
        rest={"outputs": [{"type": "influxdb", "url": slow_influx, "database": "d", "interval": "1s"}]},
    )
    exported = tmp_path / "summary.json"
    running = loadr.start("run", plan, "-q", "--summary-export", exported)
    assert SlowInflux.waited.wait(PATIENCE)
    target.until(190)  # all of the load but what a busy machine drops, while the sink takes nothing
    SlowInflux.gate.set()
    done = running.end()
    assert done.code == 0, done
    summary = json.loads(exported.read_text())
    (total,) = [m["agg"]["sum"] for m in summary["metrics"] if m["metric"] == "http_reqs" and not m["tags"]]
    written = [line for line in SlowInflux.lines if line.startswith("http_reqs,")]
    assert sum(float(re.search(r"value=([0-9.]+)", line)[1]) for line in written) == total
    assert (books_of(summary)["written"], books_of(summary)["lost"]) == (len(SlowInflux.lines), 0)


def test_a_dead_sink_costs_its_samples_and_the_exit_code_and_no_request(loadr, plans, step, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        plan = plans.one(step("/json"), executor="shared-iterations", vus=2, iterations=100)
        exported = tmp_path / "summary.json"
        done = loadr("run", plan, "-q", f"--output=influxdb={url},d", "--summary-export", exported)
    assert done.code == 1, done
    assert re.search(r"output influxdb: ([\d,]+) of \1 .* were lost: .*Connection refused", done.stderr), done
    summary = json.loads(exported.read_text())
    assert summary["scenarios"][0]["iterations"] == 100
    books = books_of(summary)
    assert (books["written"], books["lost"]) == (0, books["taken"])
    assert books["taken"] > 0
