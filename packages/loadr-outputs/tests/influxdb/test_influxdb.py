import asyncio
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from loadr_core.spi import OutputError
from loadr_outputs.influxdb import Influxdb

pytestmark = [pytest.mark.process, pytest.mark.system]


@pytest.fixture
def database(influx, request):
    name = request.node.name
    influx.query(f'CREATE DATABASE "{name}"')
    return name


def test_what_is_written_reads_back(influx, database, context, gains, whole_run):
    output = Influxdb(context(url=influx.url, database=database, interval=2.0))
    asyncio.run(whole_run(output, [gains(values=(1.0, 2.0, 40.0), counts=(5, 4, 1)) for _ in range(5)]))
    total = influx.query('SELECT sum("value") FROM "http_reqs" WHERE "name" = \'item\'', database)
    assert total[0]["sum"] == 10.0
    duration = influx.query(
        'SELECT sum("count") AS n, sum("sum") AS total, min("min") AS low, max("max") AS high FROM "http_req_duration"',
        database,
    )[0]
    assert (duration["n"], duration["total"], duration["low"], duration["high"]) == (50, 265.0, 1.0, 40.0)
    rows = influx.query('SELECT "med", "p90", "p99", "run_id" FROM "http_req_duration"', database)
    assert [(row["med"], row["p90"], row["p99"]) for row in rows] == [(1.0, 2.0, 40.0)] * 3
    assert rows[0]["run_id"] == "20260101-000000-abcdef"
    failed = influx.query(
        'SELECT sum("hits") AS hits, sum("total") AS total FROM "http_req_failed"', database
    )
    assert (failed[0]["hits"], failed[0]["total"]) == (5, 10)
    assert influx.query('SELECT last("value") AS v FROM "vus"', database)[0]["v"] == 4.0
    books = output.books()
    assert (books.taken, books.written, books.lost) == (12, 12, 0)


def test_odd_tags_read_back(influx, database, context, gains, whole_run):
    odd = 'a b,c="d"=é\\x'
    gained = [gain for gain in gains() if gain.metric == "http_reqs"]
    gained[0] = type(gained[0])(gained[0].metric, gained[0].kind, {"name": odd}, sum=1.0)
    asyncio.run(whole_run(Influxdb(context(url=influx.url, database=database)), [gained]))
    (row,) = influx.query('SELECT "value", "name" FROM "http_reqs"', database)
    assert row["name"] == odd


def test_a_database_that_is_missing_is_told_with_the_server_s_words(influx, context, gains, whole_run):
    output = Influxdb(context(url=influx.url, database="missing"))
    with pytest.raises(OutputError, match=r"4 of 4 samples were lost: .*404.*database not found: .*missing"):
        asyncio.run(whole_run(output, [gains()]))


def test_a_dead_server_loses_what_it_was_given_and_says_so(dead_address, context, gains, whole_run):
    output = Influxdb(context(url=f"http://{dead_address}"))
    output.patience = 0.0
    with pytest.raises(OutputError, match=r"4 of 4 samples were lost: 127.0.0.1 cannot be reached"):
        asyncio.run(whole_run(output, [gains()]))


class Receiver(HTTPServer):
    """A receiver of version 2: checks path and token, keeps the lines."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.lines = []
        self.thread = threading.Thread(target=self.serve_forever)
        self.thread.start()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        lines = self.rfile.read(int(self.headers["Content-Length"])).decode().splitlines()
        known = self.path == "/api/v2/write?org=acme%20inc&bucket=load&precision=ns"
        allowed = self.headers["Authorization"] == "Token s3cret"
        if known and allowed:
            self.server.lines += lines
        self.send_response(404 if not known else 401 if not allowed else 204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments):
        """Say nothing."""


@pytest.fixture
def version_2():
    server = Receiver()
    yield server
    server.shutdown()
    server.thread.join()
    server.server_close()


def test_version_2_gets_path_token_and_lines(version_2, context, gains, whole_run):
    url = f"http://127.0.0.1:{version_2.server_port}"
    output = Influxdb(context(url=url, database="load", organization="acme inc", token="s3cret"))
    asyncio.run(whole_run(output, [gains()]))
    run = "run_id=20260101-000000-abcdef"
    at = 1_700_000_001_000_000_000
    assert version_2.lines == [
        f"http_req_duration,name=item,{run},scenario=main count=2i,max=2,med=1,min=1,p90=2,p95=2,p99=2,sum=3,value=1.5 {at}",
        f"http_reqs,name=item,{run},scenario=main value=2 {at}",
        f"http_req_failed,name=item,{run},scenario=main hits=1i,total=2i,value=0.5 {at}",
        f"vus,{run} max=5,min=3,value=4 {at}",
    ]


def test_a_wrong_token_is_told_without_showing_it(version_2, context, gains, whole_run):
    url = f"http://127.0.0.1:{version_2.server_port}"
    output = Influxdb(context(url=url, database="load", organization="acme inc", token="wr0ng"))
    with pytest.raises(OutputError, match="401 Unauthorized") as raised:
        asyncio.run(whole_run(output, [gains()]))
    assert "wr0ng" not in str(raised.value)


def test_credentials_of_the_url_are_sent_and_not_shown(influx, database, context, gains, whole_run):
    url = influx.url.replace("://", "://user:p%40ss@")
    asyncio.run(whole_run(Influxdb(context(url=url, database=database)), [gains()]))
    assert influx.query('SELECT "value" FROM "vus"', database)[0]["value"] == 4.0
