"""Names made of URLs: what is variable goes, what is a word stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.metrics.url_names import url_name

UUID = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("/users/123", "/users/{id}"),
        ("/users/1/orders/2/", "/users/{id}/orders/{id}/"),
        ("users/123", "users/{id}"),
        ("/123", "/{id}"),
        ("https://shop.test/users/123", "https://shop.test/users/{id}"),
        ("http://10.0.0.12:8080/7", "http://10.0.0.12:8080/{id}"),
        ("http://[::1]:80/7", "http://[::1]:80/{id}"),
        ("http://shop.test", "http://shop.test"),
        ("http://shop.test?x=1", "http://shop.test"),
        ("http://12345678", "http://12345678"),
        ("ws://user:secret@shop.test/chat/9", "ws://shop.test/chat/{id}"),
        ("/search?q=shoes&page=2", "/search"),
        ("/page#part", "/page"),
        ("?q=1", "?q=1"),
        ("", ""),
        ("/app;jsessionid=AB12/cart;v=1", "/app/cart"),
        (f"/blobs/{UUID}", "/blobs/{uuid}"),
        (f"/blobs/{UUID.upper()}.png", "/blobs/{uuid}.png"),
        ("/days/2024-05-17", "/days/{date}"),
        ("/days/20240517", "/days/{date}"),
        ("/at/2024-05-17T10:20:30.5Z/x", "/at/{date}/x"),
        ("/at/2024-05-17T10%3A20+02:00", "/at/{date}"),
        ("/report-2024-05-17.csv", "/report-{date}.csv"),
        ("/days/2024-13-45", "/days/2024-13-45"),
        ("/commit/9fceb02d0ae598e95dc970b74767f19372d61af8", "/commit/{hash}"),
        ("/commit/9fceb02d", "/commit/{hash}"),
        ("/static/main.8f3a2c1b.js", "/static/main.{hash}.js"),
        ("/hex/abcdefabcdefabcd", "/hex/{hash}"),
        ("/ulid/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/ulid/{id}"),
        ("/orders/order-1234567.json", "/orders/order-{id}.json"),
        ("/t/1699999999999", "/t/{id}"),
        ("/api/v2/users", "/api/v2/users"),
        ("/lib/bootstrap-4.3.1.min.js", "/lib/bootstrap-4.3.1.min.js"),
        ("/song.mp3", "/song.mp3"),
        ("/utf-8/h264/oauth2", "/utf-8/h264/oauth2"),
        ("/facade/decade/deadbeef", "/facade/decade/deadbeef"),
        ("/internationalizationutilities", "/internationalizationutilities"),
        ("/top-10-of-2024", "/top-10-of-2024"),
        ("/a%20b/%D0%9F123456", "/a%20b/%D0%9F123456"),
        ("/users/${id}", "/users/${id}"),
        ("/users/{id}/", "/users/{id}/"),
    ],
)
def test_names(url, name):
    assert url_name(url) == name


pieces = st.one_of(
    st.sampled_from(
        ["users", "{id}", "v2", UUID, "2024-05-17", "20240517", "T10:00", "deadbeef1", ";x=1", "%2F"]
    ),
    st.text("0123456789abcdefT-._%;:@{}", max_size=24),
)
urls = st.one_of(
    st.text(max_size=60),
    st.builds("".join, st.lists(st.one_of(pieces, st.sampled_from("/?#&=")), max_size=8)),
    st.builds("http://shop.test/{}".format, st.lists(pieces, max_size=5).map("/".join)),
)


@given(urls)
def test_to_name_a_name_changes_nothing(url):
    assert url_name(url_name(url)) == url_name(url)


@given(st.lists(pieces, max_size=5).map("/".join), st.text("abc=&1", max_size=8))
def test_a_query_makes_no_difference(path, query):
    assert url_name(f"/{path}?{query}") == url_name(f"/{path}")


@given(st.integers(min_value=0), st.integers(min_value=0))
def test_all_objects_of_a_kind_have_one_name(one, other):
    assert url_name(f"/users/{one}/cart") == url_name(f"/users/{other}/cart")


@given(urls)
def test_no_name_is_empty_but_that_of_nothing(url):
    assert bool(url_name(url)) == bool(url)
