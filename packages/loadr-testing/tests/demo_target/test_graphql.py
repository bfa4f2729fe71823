"""GraphQL as the draft "GraphQL over HTTP" has it."""

import json

import pytest

OWN = "application/graphql-response+json"


@pytest.mark.parametrize(
    ("query", "variables", "data", "errors"),
    [
        pytest.param(
            "{ product(id: 2) { id name price_cents } }",
            None,
            {"product": {"id": 2, "name": "Product 2", "price_cents": 299}},
            [],
            id="data",
        ),
        pytest.param(
            "query Q($n: Int!) { products(first: $n) { id } }",
            {"n": 2},
            {"products": [{"id": 1}, {"id": 2}]},
            [],
            id="variables",
        ),
        pytest.param("{ product(id: 21) { id } }", None, {"product": None}, [], id="null"),
        pytest.param(
            "{ broken product(id: 1) { id } }",
            None,
            {"broken": None, "product": {"id": 1}},
            ["this field is broken"],
            id="partial",
        ),
        pytest.param("{ required }", None, None, ["this field is broken and required"], id="no data"),
    ],
)
async def test_executed(ask, query, variables, data, errors):
    body = json.dumps({"query": query, "variables": variables})
    answer = await ask("POST", "/graphql", body, content_type="application/json")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    document = answer.json()
    assert document["data"] == data
    assert [error["message"] for error in document.get("errors", [])] == errors


@pytest.mark.parametrize(("accept", "status"), [(OWN, 400), ("*/*", 200)])
@pytest.mark.parametrize("query", ["{", "{ nope }"], ids=["syntax", "validation"])
async def test_not_executed(ask, query, accept, status):
    body = json.dumps({"query": query})
    answer = await ask("POST", "/graphql", body, content_type="application/json", accept=accept)
    assert answer.status == status
    assert list(answer.json()) == ["errors"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ("{}", 400),
        ('{"query": 1}', 400),
        ('{"query": "{ a }", "variables": [1]}', 400),
        ('{"query": "{ a }", "operationName": 1}', 400),
        (json.dumps({"query": "x" * 20_000}), 413),
    ],
)
async def test_no_operation(ask, body, status):
    answer = await ask("POST", "/graphql", body, content_type="application/json")
    assert answer.status == status
    assert "error" in answer.json()


async def test_only_post(ask):
    assert (await ask("GET", "/graphql")).status == 405
