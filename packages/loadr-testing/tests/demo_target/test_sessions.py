from loadr_testing.demo_target._sessions import ORDERS_KEPT, Sessions


def test_bounded_and_told_apart():
    tokens = iter("abc")
    sessions = Sessions(2, lambda: next(tokens))
    first, second = sessions.open("u"), sessions.open("u")
    assert sessions.find(first.token) is first
    sessions.open("v")
    assert sessions.find(second.token) is None
    sessions.close(first)
    assert sessions.find(first.token) is None
    assert repr(sessions) == "<Sessions 1 open, 0 orders>"


def test_old_orders_are_forgotten():
    sessions = Sessions()
    session = sessions.open("u")
    for _ in range(ORDERS_KEPT + 1):
        session.cart[1] = 1
        last = sessions.order(session)
    assert session.cart == {}
    assert session.orders.get(1) is None
    assert session.orders.get(last.number) == last
