import gzip
import json

import pytest

from loadr_testing.demo_target._basics import JSON_BYTES


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/health", 200),
        ("HEAD", "/json", 200),
        ("GET", "/nothing", 404),
        ("GET", "/status/", 404),
        ("GET", "/products/1/more", 404),
        ("DELETE", "/json", 405),
        ("GET", "/status/204", 204),
        ("PUT", "/status/418", 418),
        ("GET", "/status/304", 304),
        ("GET", "/status/503", 503),
        ("GET", "/status/99", 400),
        ("GET", "/status/x", 400),
        ("GET", "/delay/60001", 400),
        ("GET", "/delay/1", 200),
        ("GET", "/redirect/0", 400),
        ("GET", "/redirect-to", 400),
        ("GET", "/redirect-to?url=/x&status=304", 400),
        ("GET", "/redirect-to?url=/x%0d%0aEvil:%201", 400),
        ("GET", "/cookies/set", 400),
        ("GET", "/cookies/set?a=%0d%0ab", 400),
        ("GET", "/bytes/1000000001", 400),
        ("GET", "/bytes/" + "9" * 5000, 400),
        ("GET", "/rate/101", 400),
        ("GET", "/products/21", 404),
        ("GET", "/me", 401),
        ("POST", "/cart", 401),
    ],
)
async def test_status(ask, method, path, status):
    assert (await ask(method, path)).status == status


async def test_errors_say_what_is_wrong(ask):
    answer = await ask("POST", "/json")
    assert answer.json() == {"error": "/json takes GET, HEAD"}
    assert answer.headers["Allow"] == "GET, HEAD"


async def test_reference_json(ask):
    first, again = await ask("GET", "/json"), await ask("GET", "/json")
    assert first == again
    assert len(first.body) == JSON_BYTES
    assert first.json()["items"]


async def test_markup(ask):
    page, feed = await ask("GET", "/page"), await ask("GET", "/feed")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert b'name="csrf" value="f0rm-t0ken"' in page.body
    assert page.body.count(b'class="product"') == feed.body.count(b"<shop:product ") == 5


async def test_echo(ask):
    answer = await ask("POST", "/echo?a=1&b=2&b=3", b"body \xc3\xa4", X_Name="value")
    echoed = answer.json()
    assert (echoed["method"], echoed["path"], echoed["query"]) == (
        "POST",
        "/echo",
        {"a": "1", "b": ["2", "3"]},
    )
    assert echoed["headers"]["X-Name"] == "value"
    assert (echoed["body"], echoed["body_bytes"]) == ("body ä", 7)


async def test_echo_of_chunked_binary(ask):
    packed = gzip.compress(b"x" * 100)
    answer = await ask("PUT", "/echo", iter([packed[:9], packed[9:]]))
    assert answer.json()["body_bytes"] == len(packed)


async def test_headers_and_user_agent(ask):
    assert (await ask("GET", "/headers", A="b")).json()["headers"]["A"] == "b"
    assert (await ask("GET", "/user-agent", User_Agent="me")).json() == {"user-agent": "me"}
    assert (await ask("GET", "/user-agent")).json() == {"user-agent": None}


async def test_redirects_end_at_json(ask):
    path, hops = "/redirect/3", 0
    while (answer := await ask("GET", path)).status == 302:
        path, hops = answer.headers["Location"], hops + 1
    assert (path, hops, answer.status) == ("/json", 3, 200)


async def test_redirect_to(ask):
    answer = await ask("GET", "/redirect-to?url=http%3A%2F%2Felsewhere%2F&status=307")
    assert (answer.status, answer.headers["Location"]) == (307, "http://elsewhere/")


async def test_cookies(ask):
    answer = await ask("GET", "/cookies/set?color=blue")
    assert (answer.status, answer.headers["Location"]) == (302, "/cookies")
    assert answer.headers["Set-Cookie"] == "color=blue; Path=/"
    assert (await ask("GET", "/cookies", Cookie="color=blue; size=3")).json() == {
        "cookies": {"color": "blue", "size": "3"}
    }


@pytest.mark.parametrize("length", [0, 1, 100, 65_536, 200_001])
async def test_bytes(ask, length):
    answer = await ask("GET", f"/bytes/{length}")
    assert answer.headers["Content-Length"] == str(length)
    assert len(answer.body) == length
    assert answer.body == (answer.body[:64] * (length // 64 + 1))[:length]


@pytest.mark.parametrize("path", ["/chunked/4?size=25", "/drip?chunks=10&size=10&interval_ms=1"])
async def test_chunked(ask, path):
    answer = await ask("GET", path)
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert len(answer.body) == 100


async def test_a_seeded_series_of_delays_repeats(ask):
    path = "/delay?distribution=exponential&mean=1&max=5&seed="
    first = [(await ask("GET", path + "3")).json()["delay_ms"] for _ in range(3)]
    assert len(set(first)) == 3
    other = (await ask("GET", path + "4")).json()["delay_ms"]
    assert other not in first


async def test_rate_fails_its_share(ask):
    statuses = [(await ask("GET", "/rate/25")).status for _ in range(100)]
    assert statuses.count(500) == 25
    assert statuses.count(200) == 75


LOGIN = json.dumps({"user": "ada", "password": "secret"})


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        pytest.param(LOGIN, "application/json", 200, id="json"),
        pytest.param("user=ada&password=secret", "application/x-www-form-urlencoded", 200, id="form"),
        pytest.param("user=ada&password=wrong", "application/x-www-form-urlencoded", 401, id="wrong"),
        pytest.param("user=ada", "application/x-www-form-urlencoded", 400, id="no-password"),
        pytest.param("{", "application/json", 400, id="broken-json"),
        pytest.param("[]", "application/json", 400, id="no-object"),
        pytest.param(json.dumps({"user": 1, "password": "x"}), "application/json", 400, id="no-text"),
        pytest.param(f"user={'x' * 201}&password=p", "", 400, id="long-name"),
    ],
)
async def test_login(ask, body, kind, status):
    assert (await ask("POST", "/login", body, Content_Type=kind)).status == status


async def test_a_session_by_cookie_and_by_token(ask):
    answer = await ask("POST", "/login", LOGIN, Content_Type="application/json")
    cookie = answer.headers["Set-Cookie"].partition(";")[0]
    bearer = f"Bearer {answer.json()['token']}"
    assert (await ask("GET", "/me", Cookie=cookie)).json() == {"user": "ada"}
    assert (await ask("GET", "/me", Authorization=bearer)).json() == {"user": "ada"}
    assert (await ask("GET", "/me", Authorization="Bearer nonsense")).status == 401
    assert (await ask("POST", "/logout", Cookie=cookie)).status == 204
    assert (await ask("GET", "/me", Authorization=bearer)).status == 401


async def test_an_order(ask):
    token = (await ask("POST", "/login", "user=ada&password=x")).json()["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    product = (await ask("GET", "/products")).json()["products"][2]
    assert (await ask("GET", f"/products/{product['id']}")).json() == product

    assert (await ask("POST", "/orders", **bearer)).status == 409
    added = json.dumps({"product_id": product["id"], "quantity": 2})
    await ask("POST", "/cart", added, Content_Type="application/json", **bearer)
    await ask("POST", "/cart", f"product_id={product['id']}", **bearer)
    cart = (await ask("GET", "/cart", **bearer)).json()
    assert cart == {
        "items": [{"product_id": product["id"], "quantity": 3}],
        "total_cents": 3 * product["price_cents"],
    }

    placed = await ask("POST", "/orders", **bearer)
    assert placed.status == 201
    order = placed.json()
    assert order["total_cents"] == cart["total_cents"]
    assert (await ask("GET", placed.headers["Location"], **bearer)).json() == order
    assert (await ask("GET", "/cart", **bearer)).json()["items"] == []

    stranger = (await ask("POST", "/login", "user=bob&password=x")).json()["token"]
    theirs = await ask("GET", placed.headers["Location"], Authorization=f"Bearer {stranger}")
    assert theirs.status == 404


@pytest.mark.parametrize(
    ("fields", "status"),
    [("product_id=99", 404), ("", 400), ("product_id=1&quantity=0", 400), ("product_id=1&quantity=600", 409)],
)
async def test_a_cart_takes_only_what_exists(ask, fields, status):
    token = (await ask("POST", "/login", "user=ada&password=x")).json()["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    await ask("POST", "/cart", "product_id=1&quantity=500", **bearer)
    assert (await ask("POST", "/cart", fields, **bearer)).status == status


async def test_stats_count(ask, target):
    for _ in range(3):
        await ask("GET", "/json")
    assert (await ask("GET", "/stats")).json() == {"requests": 4, "connections": 4}
    assert (target.requests, target.connections) == (4, 4)
