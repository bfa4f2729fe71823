import pytest

from loadr_protocols.http.url import UrlError
from loadr_protocols.sockets.address import parse_address

TCP = frozenset({"tcp", "tls"})


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("tcp://host:7000", ("tcp", "host", 7000)),
        ("TLS://Host:1/", ("tls", "host", 1)),
        ("tcp://[::1]:65535", ("tcp", "::1", 65535)),
        ("  tcp://127.0.0.1:9 ", ("tcp", "127.0.0.1", 9)),
    ],
)
def test_address(url, origin):
    assert parse_address(url, TCP) == origin


def test_authority_always_names_the_port():
    assert parse_address("tcp://[::1]:80", TCP).authority == "[::1]:80"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("host:7000", "is not a host and port: expected tcp://HOST:PORT or tls://HOST:PORT"),
        ("tcp://host", "names no port"),
        ("tcp://:70", "names no host"),
        ("tcp://host:0", "0 is not a port"),
        ("tcp://host:65536", "65536 is not a port"),
        ("udp://host:1", "'udp' is not a scheme of this protocol"),
        ("tcp://host:1/path", "is not a host and port"),
        ("tcp://user@host:1", "is not a host and port"),
        ("tcp://a b:1", "'tcp://a b:1' has no valid host name"),
    ],
)
def test_wrong(url, words):
    with pytest.raises(UrlError, match=words):
        parse_address(url, TCP)
