"""Who is logged in, what lies in their cart, what they ordered. Bounded in every direction."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from loadr_testing.demo_target._recent import RecentlyUsed

SESSIONS_KEPT = 10_000
"""Sessions remembered; the one not used for longest goes first."""

ORDERS_KEPT = 20
"""Orders remembered per session."""


@dataclass(frozen=True, slots=True)
class Order:
    """What was bought.

    Args:
        number: Unique in the target.
        quantities: By product.
    """

    number: int
    quantities: dict[int, int]


@dataclass(slots=True)
class Session:
    """One login.

    Args:
        token: Value of the cookie and of the bearer token.
        user: As given at the login.
        cart: Quantity by product; there are only so many products, which bounds it.
        orders: The newest ones by number.
    """

    token: str
    user: str
    cart: dict[int, int] = field(default_factory=dict)
    orders: RecentlyUsed[int, Order] = field(default_factory=lambda: RecentlyUsed(ORDERS_KEPT))


class Sessions:
    """All logins of one target.

    Args:
        capacity: How many are remembered.
        new_token: Makes a token that nobody guesses.
    """

    def __init__(
        self, capacity: int = SESSIONS_KEPT, new_token: Callable[[], str] = lambda: secrets.token_hex(16)
    ) -> None:
        self._by_token: RecentlyUsed[str, Session] = RecentlyUsed(capacity)
        self._new_token = new_token
        self._last_order = 0

    def __repr__(self) -> str:
        return f"<Sessions {len(self._by_token)} open, {self._last_order} orders>"

    def open(self, user: str) -> Session:
        """Log a user in; the same user may be logged in many times."""
        session = Session(self._new_token(), user)
        self._by_token.put(session.token, session)
        return session

    def find(self, token: str) -> Session | None:
        """Find a session by its token."""
        return self._by_token.get(token)

    def close(self, session: Session) -> None:
        """Log out."""
        self._by_token.discard(session.token)

    def order(self, session: Session) -> Order:
        """Turn a session's cart into an order, and empty the cart."""
        self._last_order += 1
        order = Order(self._last_order, session.cart)
        session.orders.put(order.number, order)
        session.cart = {}
        return order
