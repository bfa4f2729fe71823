import json

import pytest
from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.nginx import Speaks, config, json_body, parse_stub_status


def test_the_body_is_json_of_the_promised_size():
    body = json_body(500)
    assert len(body.encode()) == 500
    assert json.loads(body)["name"] == "loadr"
    assert not set(body) & {"'", "$"}


def test_the_configuration_is_complete():
    text = config(8123)
    assert "listen 127.0.0.1:8123 " in text
    assert json_body(500) in text
    assert "@" not in text


@pytest.mark.parametrize(
    ("speaks", "line"),
    [
        (Speaks.TLS, "listen 127.0.0.1:8124 ssl  backlog"),
        (Speaks.HTTP_2, "listen 127.0.0.1:8124 ssl http2 backlog"),
    ],
    ids=["HTTP/1.1", "HTTP/2"],
)
def test_the_configuration_with_tls(speaks, line):
    text = config(8123, speaks, 8124)
    assert line in text
    assert "ssl_protocols TLSv1.3;" in text
    assert "listen 127.0.0.1:8123 backlog" in text
    assert "@" not in text


def test_the_status_page_is_read():
    page = "Active connections: 1 \nserver accepts handled requests\n 154 154 239846 \nReading: 0 Writing: 1 Waiting: 0 \n"
    assert parse_stub_status(page) == 239_846


def test_another_page_is_refused():
    with pytest.raises(BenchmarkError, match="404 Not Found"):
        parse_stub_status("404 Not Found")
