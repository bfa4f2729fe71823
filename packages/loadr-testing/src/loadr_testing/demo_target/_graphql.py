"""GraphQL over the shop's products, executed by graphql-core, served as the GraphQL-over-HTTP draft says.

A request that cannot be executed (syntax, validation) has `errors` and no `data`; it gets status 400 where
the client takes `application/graphql-response+json`, and 200 as plain JSON, as servers have always done.
"""

import json
from typing import TYPE_CHECKING, Any

from loadr_testing.demo_target._products import PRODUCTS
from loadr_testing.demo_target._replies import Response
from loadr_testing.demo_target._routing import RefusedVisit, Router, Visit

if TYPE_CHECKING:
    from graphql import GraphQLSchema

_OWN_TYPE = "application/graphql-response+json"
_LONGEST_QUERY = 10_000

_SCHEMA = """
type Query {
  "One product, null where there is none."
  product(id: Int!): Product
  products(first: Int = 20): [Product!]!
  "Always fails: an error beside what the other fields have."
  broken: String
  "Always fails, and null is not allowed: errors and no data."
  required: String!
}

type Product {
  id: Int!
  name: String!
  price_cents: Int!
}
"""


class _Root:
    """What the fields of Query are resolved with; graphql-core calls methods by their fields' names."""

    def product(self, _info: Any, id: int) -> dict[str, Any] | None:  # noqa: A002 - the schema's name
        return PRODUCTS.get(id)

    def products(self, _info: Any, first: int) -> list[dict[str, Any]]:
        return list(PRODUCTS.values())[: max(0, first)]

    def broken(self, _info: Any) -> str:
        raise ValueError("this field is broken")

    def required(self, _info: Any) -> str:
        raise ValueError("this field is broken and required")


class GraphqlEndpoint:
    """The endpoint; its schema is made when it is first asked."""

    def __init__(self) -> None:
        self._schema: GraphQLSchema | None = None

    def __repr__(self) -> str:
        return "<GraphqlEndpoint>"

    def add_to(self, router: Router) -> None:
        """Register it."""
        router.add("POST", "/graphql", self.answer)

    def answer(self, visit: Visit) -> Response:
        """Execute an operation."""
        from graphql import build_schema, graphql_sync  # noqa: PLC0415 - 50 ms that only GraphQL costs

        if self._schema is None:
            self._schema = build_schema(_SCHEMA)
        fields = visit.fields()
        query = fields.get("query")
        variables = fields.get("variables") or {}
        operation = fields.get("operationName")
        if not isinstance(query, str) or not isinstance(variables, dict):
            raise RefusedVisit(400, "query must be text, and variables a map")
        if len(query) > _LONGEST_QUERY:
            raise RefusedVisit(413, f"a query may have {_LONGEST_QUERY} characters")
        if operation is not None and not isinstance(operation, str):
            raise RefusedVisit(400, "operationName must be text")
        result = graphql_sync(
            self._schema, query, _Root(), variable_values=variables, operation_name=operation
        )
        answer = result.formatted
        body: dict[str, Any] = {}
        # Fields of the request that could not even be begun have no data, not an empty one.
        if result.data is not None or _was_executed(answer):
            body["data"] = result.data
        if "errors" in answer:
            body["errors"] = answer["errors"]
        takes_own = _OWN_TYPE in (visit.request.header("accept") or "")
        status = 400 if takes_own and "data" not in body else 200
        return Response(json.dumps(body).encode(), status, _OWN_TYPE if takes_own else "application/json")


def _was_executed(answer: Any) -> bool:
    """Whether an error came from a field, and not from syntax or validation."""
    return any("path" in error for error in answer.get("errors", ()))
