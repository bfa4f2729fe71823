"""GraphQL: what is a success, against the demo target's real server, graphql-core."""

import json

import pytest

from loadr_config.models import GraphqlBlock
from loadr_core.spi import CompileError, Payload
from loadr_protocols.http.graphql import GRAPHQL_LAYOUT, judge
from loadr_protocols.http.layout import HTTP_LAYOUT
from loadr_testing.demo_target import DemoTarget
from loadr_testing.servers import ReadRequest, ScriptedServer, Send, Stall


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        pytest.param('{"data":{"a":1}}', None, id="data"),
        pytest.param('{"data": {"a": 1}}', None, id="data, spaced"),
        pytest.param('{"data":{"a":null},"errors":[{"message":"m"}]}', None, id="partial"),
        pytest.param('{"errors":[{"message":"m"}],"data":{"a":null}}', None, id="partial, errors first"),
        pytest.param('{"data":{"errors":[1]}}', None, id="a field named errors"),
        pytest.param('{"data":null}', None, id="null without an error"),
        pytest.param('{"data":null,"errors":[{"message":"m"}]}', "m", id="null"),
        pytest.param('{"errors":[{"message":"m"},{"message":"n"}]}', "m", id="no data"),
        pytest.param('{"errors":[{"message":"m"}],"extensions":{}}', "m", id="extensions"),
        pytest.param('{"errors":["text"]}', "text", id="errors as texts"),
        pytest.param('{"errors":"text"}', "text", id="errors as text"),
        pytest.param('{"errors":[{}]}', "None", id="an error without a message"),
        pytest.param('{"errors":[]}', "this is no GraphQL response", id="no errors"),
        pytest.param('{"a":1}', "this is no GraphQL response", id="another object"),
        pytest.param("[]", "this is no GraphQL response", id="a list"),
        pytest.param("<html>", "this is no GraphQL response", id="no JSON"),
        pytest.param("", "this is no GraphQL response", id="nothing"),
        pytest.param('{"errors":[{"message":"' + "x" * 999 + '"}]}', "x" * 200, id="a long message"),
    ],
)
def test_what_is_a_success(body, complaint):
    assert judge(body.encode()) == complaint


def test_rows_feed_both_families():
    assert GRAPHQL_LAYOUT.columns == HTTP_LAYOUT.columns
    names = {trend.metric for trend in GRAPHQL_LAYOUT.trends} | {c.metric for c in GRAPHQL_LAYOUT.counters}
    assert {"graphql_reqs", "graphql_req_duration", "http_reqs", "http_req_duration", "data_sent"} <= names
    assert GRAPHQL_LAYOUT.failures == ("http_req_failed", "graphql_req_failed")


def operation(query):
    return {
        "block": GraphqlBlock(query=query),
        "body": Payload.fixed(json.dumps({"query": query}).encode(), "application/json"),
    }


@pytest.mark.parametrize(
    ("query", "error", "status"),
    [
        pytest.param("{ product(id: 3) { name } }", None, 200, id="data"),
        pytest.param("{ product(id: 99) { name } }", None, 200, id="null inside"),
        pytest.param("{ broken products(first: 1) { id } }", None, 200, id="partial"),
        pytest.param("{ required }", "GraphQL: this field is broken and required", 200, id="null"),
        pytest.param("{ nope }", "GraphQL: Cannot query field 'nope' on type 'Query'.", 400, id="validation"),
        pytest.param("{", "GraphQL: Syntax Error: Expected Name, found <EOF>.", 400, id="syntax"),
    ],
)
async def test_against_a_server(client, query, error, status):
    async with DemoTarget() as target:
        request = client.compile(f"{target.url}/graphql", **operation(query))
        response = await request.send(client.session, client.scope)
    assert (response.status, response.error) == (status, error)
    assert response.error_kind == (None if error is None else "protocol")
    assert (request.method, request.layout, request.expects(200)) == ("POST", GRAPHQL_LAYOUT, True)
    assert repr(request) == "<GraphqlRequest <HttpRequest POST fixed>>"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        pytest.param(b"200 OK", "GraphQL: this is no GraphQL response", id="where success was expected"),
        pytest.param(b"502 Bad Gateway", None, id="where the status says it"),
    ],
)
async def test_a_page_instead_of_an_answer(client, status, error):
    page = b"HTTP/1.1 " + status + b"\r\nContent-Length: 6\r\n\r\n<html>"
    async with ScriptedServer((ReadRequest(), Send(page), Stall())) as server:
        request = client.compile(server.url, **operation("{ a }"))
        response = await request.send(client.session, client.scope)
        assert response.error == error
        head = server.requests[0].head
    assert b"\r\nAccept: application/graphql-response+json, application/json;q=0.9\r\n" in head
    assert b"\r\nContent-Type: application/json\r\n" in head


async def test_the_plans_own_accept(make_client):
    client = make_client(headers={"ACCEPT": "application/json"})
    async with DemoTarget() as target:
        request = client.compile(f"{target.url}/graphql", **operation("{"))
        response = await request.send(client.session, client.scope)
    assert (response.status, response.headers["content-type"]) == (200, "application/json")
    assert response.error_kind == "protocol"


async def test_failures_below_stay_what_they_are(client):
    request = client.compile("http://127.0.0.1:1/graphql", **operation("{ a }"))
    response = await request.send(client.session, client.scope)
    assert (response.status, response.error_kind) == (0, "connection_refused")


def test_another_method_is_refused(client):
    with pytest.raises(CompileError, match="sent with POST, not GET"):
        client.compile("http://a/", method="GET", **operation("{ a }"))
