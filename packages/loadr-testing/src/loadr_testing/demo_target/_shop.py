"""The endpoints with state: a login and an order flow."""

from typing import Any

from loadr_testing.demo_target._basics import request_cookies
from loadr_testing.demo_target._products import PRODUCTS
from loadr_testing.demo_target._replies import Response, json_response
from loadr_testing.demo_target._routing import RefusedVisit, Router, Visit, bounded_integer, header_value
from loadr_testing.demo_target._sessions import Order, Session, Sessions

_QUANTITY_LIMIT = 1000
_NAME_LIMIT = 200
_WRONG_PASSWORD = "wrong"  # noqa: S105 - the one password that fails, so that failing can be tried


class Shop:
    """The shop of one target.

    Args:
        sessions: Who is logged in.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __repr__(self) -> str:
        return f"<Shop {self._sessions!r}>"

    def add_to(self, router: Router) -> None:
        """Register the shop's endpoints."""
        router.add("GET", "/products", json_response({"products": list(PRODUCTS.values())}), repeatable=True)
        router.add("GET", "/products/{id}", _product, repeatable=True)
        router.add("POST", "/login", self._login)
        router.add("GET", "/me", self._me)
        router.add("POST", "/logout", self._logout)
        router.add("POST", "/cart", self._add_to_cart)
        router.add("GET", "/cart", self._cart)
        router.add("POST", "/orders", self._order)
        router.add("GET", "/orders/{id}", self._one_order)

    def _login(self, visit: Visit) -> Response:
        fields = visit.fields()
        user, password = fields.get("user"), fields.get("password")
        if not (isinstance(user, str) and user and isinstance(password, str) and password):
            raise RefusedVisit(400, "user and password are needed")
        if len(user) > _NAME_LIMIT:
            raise RefusedVisit(400, f"user may have {_NAME_LIMIT} characters")
        if password == _WRONG_PASSWORD:
            raise RefusedVisit(401, "wrong password")
        session = self._sessions.open(user)
        cookie = ("Set-Cookie", f"session={session.token}; Path=/; HttpOnly")
        after = visit.parameter("next")
        if after is not None:
            return Response(status=303, headers=(("Location", header_value(after)), cookie))
        return json_response({"user": user, "token": session.token}, headers=(cookie,))

    def _me(self, visit: Visit) -> Response:
        return json_response({"user": self._session(visit).user})

    def _logout(self, visit: Visit) -> Response:
        self._sessions.close(self._session(visit))
        return Response(status=204, headers=(("Set-Cookie", "session=; Path=/; Max-Age=0"),))

    def _add_to_cart(self, visit: Visit) -> Response:
        session = self._session(visit)
        fields = visit.fields()
        product = _known_product(str(fields.get("product_id", "")))
        quantity = bounded_integer("quantity", str(fields.get("quantity", 1)), 1, _QUANTITY_LIMIT)
        in_cart = session.cart.get(product, 0) + quantity
        if in_cart > _QUANTITY_LIMIT:
            raise RefusedVisit(409, f"a cart holds {_QUANTITY_LIMIT} of a product")
        session.cart[product] = in_cart
        return json_response(_priced(session.cart))

    def _cart(self, visit: Visit) -> Response:
        return json_response(_priced(self._session(visit).cart))

    def _order(self, visit: Visit) -> Response:
        session = self._session(visit)
        if not session.cart:
            raise RefusedVisit(409, "the cart is empty")
        order = self._sessions.order(session)
        return json_response(_order_value(order), 201, (("Location", f"/orders/{order.number}"),))

    def _one_order(self, visit: Visit) -> Response:
        orders = self._session(visit).orders
        order = orders.get(bounded_integer("id", visit.captured, 1, 2**53))
        if order is None:
            raise RefusedVisit(404, f"there is no order {visit.captured} of yours")
        return json_response(_order_value(order))

    def _session(self, visit: Visit) -> Session:
        scheme, _, token = (visit.request.header("authorization") or "").partition(" ")
        if scheme.lower() != "bearer":
            token = request_cookies(visit).get("session", "")
        session = self._sessions.find(token.strip())
        if session is None:
            raise RefusedVisit(401, "log in first: POST /login")
        return session


def _product(visit: Visit) -> Response:
    return json_response(PRODUCTS[_known_product(visit.captured)])


def _known_product(text: str) -> int:
    number = bounded_integer("product_id", text, 0, 2**53)
    if number not in PRODUCTS:
        raise RefusedVisit(404, f"there is no product {number}")
    return number


def _priced(quantities: dict[int, int]) -> dict[str, Any]:
    items = [{"product_id": product, "quantity": quantity} for product, quantity in quantities.items()]
    total = sum(100 * product * quantity + 99 * quantity for product, quantity in quantities.items())
    return {"items": items, "total_cents": total}


def _order_value(order: Order) -> dict[str, Any]:
    return {"id": order.number, "status": "placed", **_priced(order.quantities)}
