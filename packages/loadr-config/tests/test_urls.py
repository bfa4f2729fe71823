import pytest

from loadr_config.urls import add_query, join, without_user


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://ann:s3@cret@h/a@b?c=d@e", "http://h/a@b?c=d@e"),
        ("http://${u}:${secrets.p}@h/${id}", "http://h/${id}"),
        ("http://h/?to=http://u:p@x", "http://h/?to=http://x"),
        ("/relative@path", "/relative@path"),
    ],
)
def test_nobody_is_named(url, name):
    assert without_user(url) == name


@pytest.mark.parametrize(
    ("base", "url", "joined"),
    [
        ("http://h", "/a", "http://h/a"),
        ("http://h/", "a", "http://h/a"),
        ("http://h/api", "/a", "http://h/api/a"),
        ("http://h/api/", "//a", "http://h/api/a"),
        ("http://h/api", "", "http://h/api"),
        ("http://h/api", "?q", "http://h/api?q"),
    ],
)
def test_join(base, url, joined):
    assert join(base, url) == joined


@pytest.mark.parametrize(
    ("target", "added"),
    [("/a", "/a?q=1"), ("/a?b", "/a?b&q=1"), ("/a?", "/a?q=1"), ("/a?b&", "/a?b&q=1"), ("/a#f", "/a?q=1")],
)
def test_add_query(target, added):
    assert add_query(target, "q=1") == added
    assert add_query(target, "") == target
