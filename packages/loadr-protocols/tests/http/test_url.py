import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_protocols.http.url import Origin, UrlError, encode_target, is_absolute, split_url


@pytest.mark.parametrize(
    ("url", "origin", "target", "userinfo"),
    [
        ("http://h", ("http", "h", 80), "", None),
        ("HTTPS://Example.ORG/A", ("https", "example.org", 443), "/A", None),
        ("http://h:8080/a?b#c", ("http", "h", 8080), "/a?b", None),
        ("http://h?b", ("http", "h", 80), "?b", None),
        ("http://h:/", ("http", "h", 80), "/", None),
        ("http://[::1]:81/", ("http", "::1", 81), "/", None),
        ("http://u:p@h/", ("http", "h", 80), "/", "u:p"),
        ("http://u@x:p@h/", ("http", "h", 80), "/", "u@x:p"),
        ("http://bücher.example/", ("http", "xn--bcher-kva.example", 80), "/", None),
        ("http://under_score/", ("http", "under_score", 80), "/", None),
    ],
)
def test_split(url, origin, target, userinfo):
    split = split_url(url)
    assert (split.origin, split.target, split.userinfo) == (Origin(*origin), target, userinfo)
    assert url.startswith(split.before_target + split.target)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("/path", "no scheme"),
        ("", "no scheme"),
        ("ftp://h/", "not a scheme of HTTP"),
        ("http://", "no valid host name"),
        ("http:///x", "no valid host name"),
        ("http://h:0/", "not a port"),
        ("http://h:65536/", "not a port"),
        (f"http://h:{'9' * 5000}/", "999999999999 is not a port"),
        (f"http://h:{'0' * 50}80/", "000000000000 is not a port"),
        ("http://h:8o/", "no host and port that can be read"),
        ("http://::1/", "no host and port that can be read"),
        ("http://[::g]/", "no IPv6 address in its brackets"),
        ("http://a b/", "no valid host name"),
        ("http://h/\r\nX: y", "line break"),
        ("http://h\n/", "line break"),
    ],
)
def test_split_refuses(url, words):
    with pytest.raises(UrlError, match=words):
        split_url(url)


@pytest.mark.parametrize(
    ("origin", "authority"),
    [
        (("http", "h", 80), "h"),
        (("http", "h", 443), "h:443"),
        (("https", "h", 443), "h"),
        (("http", "::1", 80), "[::1]"),
        (("http", "::1", 81), "[::1]:81"),
    ],
)
def test_authority(origin, authority):
    assert Origin(*origin).authority == authority


@pytest.mark.parametrize(
    ("target", "encoded"),
    [
        ("", "/"),
        ("?a", "/?a"),
        ("/a/../b;c=1,2", "/a/../b;c=1,2"),
        ("/a b", "/a%20b"),
        ("/ä", "/%C3%A4"),
        ("/%41%zz%", "/%41%25zz%25"),
        ("/a?b[]=1&c=d?e", "/a?b[]=1&c=d?e"),
        ('/"<>\\^`{|}', "/%22%3C%3E%5C%5E%60%7B%7C%7D"),
        ("/a#b", "/a"),
        ("/\x7f\t", "/%7F%09"),
    ],
)
def test_encode_target(target, encoded):
    assert encode_target(target) == encoded


@given(st.text())
def test_an_encoded_target_is_one_word_of_ascii_and_stays_as_it_is(text):
    try:
        encoded = encode_target(text)
    except UrlError:
        assert set(text) & set("\r\n\0")
        return
    assert encoded.startswith("/")
    assert encoded.isascii()
    assert encoded.isprintable()
    assert " " not in encoded
    assert encode_target(encoded) == encoded


@pytest.mark.parametrize(
    ("url", "absolute"), [("http://h", True), ("ws+x://h", True), ("//h", False), ("h:80", False)]
)
def test_is_absolute(url, absolute):
    assert is_absolute(url) is absolute
