import json
import os
import urllib.request
from pathlib import Path

import pytest
from benchmarks.harness.nginx import NginxTarget

pytestmark = [pytest.mark.process, pytest.mark.system]


@pytest.fixture(scope="module")
def target():
    with NginxTarget(min(os.sched_getaffinity(0))) as running:
        yield running


def test_it_answers_with_500_bytes_of_json(target):
    with urllib.request.urlopen(target.url, timeout=5) as response:
        body = response.read()
    assert len(body) == 500
    assert response.headers["Content-Type"] == "application/json"
    assert json.loads(body)["id"] == 1


def test_it_counts_requests_without_the_questions_for_the_count(target):
    before = target.requests()
    target.requests()
    for _ in range(3):
        urllib.request.urlopen(target.url, timeout=5).close()
    assert target.requests() - before == 3


def test_it_knows_its_cpu_time(target):
    assert target.cpu_secs() >= 0.0
    assert repr(target).startswith("<NginxTarget http://127.0.0.1:")


def test_it_is_gone_after_the_context():
    with NginxTarget(min(os.sched_getaffinity(0))) as running:
        assert Path("/proc", str(running.pid)).exists()
    assert not Path("/proc", str(running.pid)).exists()
