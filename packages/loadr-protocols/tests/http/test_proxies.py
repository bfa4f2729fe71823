"""Which proxy a request goes through: the plan's, the environment's, and its exceptions."""

import pytest

from loadr_protocols.http.hosts import Hosts
from loadr_protocols.http.proxies import Proxy, ProxyRules
from loadr_protocols.http.url import Origin, UrlError

HTTP = Origin("http", "a.example.com", 80)
HTTPS = Origin("https", "a.example.com", 443)


def test_one_proxy_for_all():
    rules = ProxyRules("http://user:p%40ss@Proxy.example:3128/", {"NO_PROXY": "*"})
    proxy = Proxy("proxy.example", 3128, "Basic dXNlcjpwQHNz")
    assert rules.proxy_for(HTTP) == rules.proxy_for(HTTPS) == proxy
    assert proxy.name == "proxy.example:3128"
    assert proxy.lines == b"Proxy-Authorization: Basic dXNlcjpwQHNz\r\n"


def test_without_credentials_and_without_a_scheme():
    assert ProxyRules("proxy:8080", {}).proxy_for(HTTP) == Proxy("proxy", 8080)
    assert ProxyRules("http://[::1]:8080", {}).proxy_for(HTTP).name == "[::1]:8080"
    assert Proxy("proxy", 8080).lines == b""
    assert ProxyRules("http://user@proxy", {}).proxy_for(HTTP).credentials == "Basic dXNlcjo="


def test_none():
    assert ProxyRules(None, {"HTTP_PROXY": "http://p"}).proxy_for(HTTP) is None


@pytest.mark.parametrize("address", ["socks5://p", "https://p", "http://", "http://p:x"])
def test_what_is_no_proxy(address):
    with pytest.raises(UrlError):
        ProxyRules(address, {})


@pytest.mark.parametrize(
    ("environment", "http", "https"),
    [
        ({"HTTP_PROXY": "http://p:1", "HTTPS_PROXY": "http://q:2"}, "p", "q"),
        ({"http_proxy": "http://low:1", "HTTP_PROXY": "http://high:1"}, "low", None),
        ({"ALL_PROXY": "http://all:1", "https_proxy": "http://q:2"}, "all", "q"),
        ({"HTTP_PROXY": ""}, None, None),
        ({}, None, None),
    ],
)
def test_the_environment(environment, http, https):
    rules = ProxyRules("env", environment)
    assert [None if proxy is None else proxy.host for proxy in map(rules.proxy_for, (HTTP, HTTPS))] == [
        http,
        https,
    ]


EXCEPTIONS = [
    ("*", "a.example.com", 80, True),
    ("example.com", "a.example.com", 80, True),
    ("example.com", "example.com", 80, True),
    (".example.com", "a.example.com", 80, True),
    ("*.example.com", "a.example.com", 80, True),
    ("EXAMPLE.com", "a.example.com", 80, True),
    ("ample.com", "a.example.com", 80, False),
    ("x.org, example.com", "a.example.com", 80, True),
    ("example.com:80", "a.example.com", 80, True),
    ("example.com:8080", "a.example.com", 80, False),
    ("127.0.0.1", "127.0.0.1", 80, True),
    ("127.0.0.1", "127.0.0.2", 80, False),
    ("127.0.0.0/8", "127.9.9.9", 80, True),
    ("10.0.0.0/8", "127.0.0.1", 80, False),
    ("::1", "::1", 80, True),
    ("[::1]:80", "::1", 80, True),
    ("[::1]:81", "::1", 80, False),
    ("localhost", "127.0.0.1", 80, False),
    ("", "a.example.com", 80, False),
]


@pytest.mark.parametrize(("no_proxy", "host", "port", "excepted"), EXCEPTIONS)
def test_exceptions(no_proxy, host, port, excepted):
    rules = ProxyRules("env", {"HTTP_PROXY": "http://p", "NO_PROXY": no_proxy})
    assert (rules.proxy_for(Origin("http", host, port)) is None) is excepted


@pytest.mark.parametrize(
    ("host", "port", "place"),
    [
        ("a.test", 80, ("127.0.0.1", 80)),
        ("a.test", 443, ("127.0.0.2", 8443)),
        ("b.test", 80, ("127.0.0.3", 8080)),
        ("six.test", 80, ("::1", 80)),
        ("sixport.test", 80, ("::1", 8080)),
        ("bare.test", 80, ("::1", 80)),
        ("c.test", 80, ("c.test", 80)),
    ],
)
def test_hosts(host, port, place):
    hosts = Hosts(
        {
            "A.test": "127.0.0.1",
            "a.test:443": "127.0.0.2:8443",
            "b.test": "127.0.0.3:8080",
            "six.test": "[::1]",
            "sixport.test": "[::1]:8080",
            "bare.test": "::1",
        }
    )
    assert hosts.place(host, port) == place
