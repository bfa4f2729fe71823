import json
import os
import socket
import ssl
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from benchmarks.harness.nginx import LARGE, LARGE_BYTES, NginxTarget, Speaks

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


def test_it_has_the_places_of_a_journey(target):
    base = target.url.removesuffix("/data")
    with urllib.request.urlopen(f"{base}/login", data=b"{}", timeout=5) as response:
        assert len(json.load(response)["token"]) == 32
    for path in ("/items?page=1", "/items/7", "/items/7/buy/1"):
        with urllib.request.urlopen(base + path, timeout=5) as response:
            assert json.load(response)["name"] == "loadr"


def test_it_has_a_large_body(target):
    with urllib.request.urlopen(f"{target.origin}{LARGE}", timeout=5) as response:
        body = response.read()
    assert len(body) == LARGE_BYTES
    assert json.loads(body)["name"] == "loadr"


def test_it_counts_requests_without_the_questions_for_the_count(target):
    before = target.requests()
    target.requests()
    for _ in range(3):
        urllib.request.urlopen(target.url, timeout=5).close()
    assert target.requests() - before == 3


def test_it_knows_its_cpu_time(target):
    assert target.cpu_secs() >= 0.0
    assert repr(target).startswith("<NginxTarget http://127.0.0.1:")


@pytest.mark.parametrize("speaks", [Speaks.TLS, Speaks.HTTP_2], ids=["HTTP/1.1", "HTTP/2"])
def test_it_speaks_what_it_is_told(speaks):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["h2", "http/1.1"])
    with NginxTarget(min(os.sched_getaffinity(0)), speaks) as running:
        address = urlsplit(running.url)
        assert address.scheme == "https"
        with (
            socket.create_connection((address.hostname, address.port), timeout=5) as plain,
            context.wrap_socket(plain) as secure,
        ):
            assert secure.version() == "TLSv1.3"
            assert secure.selected_alpn_protocol() == ("h2" if speaks is Speaks.HTTP_2 else "http/1.1")
        assert running.requests() == 0


def test_it_is_gone_after_the_context():
    with NginxTarget(min(os.sched_getaffinity(0))) as running:
        assert Path("/proc", str(running.pid)).exists()
    assert not Path("/proc", str(running.pid)).exists()
