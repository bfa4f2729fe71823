"""What HTTP finds wrong with a plan before it runs, with the place."""

import pytest
import trustme
from cryptography.hazmat.primitives import serialization  # trustme brings it

from loadr_config.diagnostics import Severity
from loadr_config.models import HttpDefaults, Request
from loadr_core.spi import PlanContext, PlanPart
from loadr_protocols.http import HttpHandler, page
from loadr_testing.conformance import ChecksConformance

CONSTANTS = {"${vars.host}": "good", "${vars.bad}": "[::1", "${vars.lines}": "a\nb"}


def known(template):
    for reference, text in CONSTANTS.items():
        template = template.replace(reference, text)
    return None if "${" in template else template


def part(**request):
    path = ("scenarios", "s", "flow", 0, "request")
    return PlanPart("protocols", "http", path, Request(**{"url": "http://host/", **request}))


def context(folder, **defaults):
    return PlanContext(HttpDefaults.model_validate(defaults), folder, known=known)


class TestHttpChecks(ChecksConformance):
    extension = HttpHandler

    def right(self):
        return [part(), part(url="https://host:8443/${x}?y#z", headers={"X-Ok": "${y}"}, method="PURGE")]

    def wrong(self):
        return [part(url="http://:0/"), part(headers={"a b": "c"})]


@pytest.mark.parametrize(
    ("request_", "below", "message"),
    [
        ({"url": "http://bad host/"}, "url", "'http://bad host/' has no valid host name"),
        ({"url": "http://host:99999/"}, "url", "99999 is not a port"),
        ({"url": "http://host:99999/${x}"}, "url", "99999 is not a port"),
        ({"url": "http://[::1/"}, "url", "'http://[::1/' has no host and port that can be read"),
        ({"url": "http://${vars.bad}/"}, "url", "'http://[::1/' has no host and port that can be read"),
        ({"url": "http://host/\n"}, "url", "a URL cannot contain a line break"),
        ({"url": "http://host/${vars.lines}"}, "url", "a URL cannot contain a line break"),
        ({"url": "ftp://host/", "protocol": "http"}, "url", "'ftp' is not a scheme of HTTP"),
        ({"headers": {"a b": "c"}}, "headers.a b", '"a b" is not a header name'),
        ({"headers": {"": "c"}}, "headers.", '"" is not a header name'),
        (
            {"headers": {"Transfer-Encoding": "chunked"}},
            "headers.Transfer-Encoding",
            '"Transfer-Encoding" cannot be set: a body is sent with its Content-Length',
        ),
        (
            {"headers": {"A": "${vars.lines}"}},
            "headers.A",
            "the value of a header cannot contain a line break",
        ),
        ({"method": "connect"}, "method", "CONNECT is not a request that a plan can send"),
        ({"plugin": {"a": 1}}, "plugin", 'a request of the protocol http has no block "plugin"'),
    ],
    ids=str,
)
def test_a_mistake_is_found_at_its_place(request_, below, message, tmp_path):
    (found,) = HttpHandler.check([part(**request_)], context(tmp_path))
    assert found.message == message
    assert ".".join(map(str, found.path[5:])) == below


@pytest.mark.parametrize(
    ("url", "base_url"),
    [
        ("/path", None),  # told by the plan language
        ("/path", "http://host"),
        ("/path", "http://${vars.host}:80/"),
        ("/path", "${env.HOST}"),
        ("/${x}", "http://host"),
        ("${x}", None),
        ("http://${x}/", None),
        ("http://host:${x}/", None),
        ("http://user:pass@host/", None),
        ("http://münchen.example/straße?q=ö", None),
        ("http://[::1]:80/", None),
    ],
)
def test_what_is_right_or_open_is_not_complained_about(url, base_url, tmp_path):
    assert list(HttpHandler.check([part(url=url)], context(tmp_path, base_url=base_url))) == []


def test_a_wrong_base_is_told_once_at_its_own_place(tmp_path):
    parts = [part(url="/a"), part(url="/b")]
    (found,) = HttpHandler.check(parts, context(tmp_path, base_url="http://ho st/"))
    assert found.path == ("defaults", "http", "base_url")
    assert found.message == "'http://ho st/' has no valid host name"


@pytest.mark.parametrize(
    ("proxy", "message"),
    [
        (None, None),
        ("env", None),
        ("http://proxy.example:3128", None),
        ("http://user:pass@proxy.example", None),
        ("${env.PROXY}", None),
        ("http://${vars.host}:1", None),
        ("not a url", "'http://not a url' has no valid host name"),
        ("http://pro xy:1", "'http://pro xy:1' has no valid host name"),
        ("http://proxy:99999", "99999 is not a port"),
        ("socks5://proxy:1", "socks5 is not a kind of proxy that can be used, only http"),
    ],
)
def test_a_proxy_is_judged(proxy, message, tmp_path):
    found = list(HttpHandler.check([part()], context(tmp_path, proxy=proxy)))
    if message is None:
        assert found == []
    else:
        assert [(finding.path, finding.message) for finding in found] == [
            (("defaults", "http", "proxy"), message)
        ]


def test_default_headers_are_judged_once(tmp_path):
    defaults = {"headers": {"a b": "c", "D": "${vars.lines}"}}
    found = list(HttpHandler.check([part(), part()], context(tmp_path, **defaults)))
    assert [(finding.path[-1], finding.on_key) for finding in found] == [("a b", True), ("D", False)]


@pytest.fixture
def pem(tmp_path):
    """A folder with good and bad files of TLS."""
    authority = trustme.CA()
    leaf, other = authority.issue_cert("client"), authority.issue_cert("other")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    leaf.cert_chain_pems[0].write_to_path(tmp_path / "client.pem")
    leaf.private_key_pem.write_to_path(tmp_path / "client.key")
    other.private_key_pem.write_to_path(tmp_path / "other.key")
    (tmp_path / "text.pem").write_text("no certificate\n")
    (tmp_path / "empty.pem").write_text("")
    locked = _encrypted(leaf.private_key_pem.bytes())
    (tmp_path / "locked.key").write_bytes(locked)
    return tmp_path


def _encrypted(key):
    loaded = serialization.load_pem_private_key(key, None)
    return loaded.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"password"),
    )


@pytest.mark.parametrize(
    ("tls", "key", "message"),
    [
        ({"ca_file": "ca.pem"}, None, None),
        ({"cert_file": "client.pem", "key_file": "client.key"}, None, None),
        ({"ca_file": "none.pem"}, None, None),
        ({"cert_file": "none.pem", "key_file": "client.key"}, None, None),
        ({"ca_file": "text.pem"}, "ca_file", '"text.pem" has no certificate in PEM form'),
        ({"ca_file": "empty.pem"}, "ca_file", '"empty.pem" has no certificate in PEM form'),
        (
            {"cert_file": "text.pem", "key_file": "client.key"},
            "cert_file",
            '"text.pem" has no certificate in PEM form',
        ),
        (
            {"cert_file": "client.pem", "key_file": "text.pem"},
            "key_file",
            '"text.pem" has no private key in PEM form',
        ),
        (
            {"cert_file": "client.pem", "key_file": "other.key"},
            "key_file",
            '"other.key" is not the key of the certificate',
        ),
        (
            {"cert_file": "client.pem", "key_file": "locked.key"},
            "key_file",
            '"locked.key" is encrypted: only a key without a password can be used',
        ),
    ],
    ids=str,
)
def test_files_of_tls_are_loaded_as_a_connection_would(tls, key, message, pem):
    found = list(HttpHandler.check([part()], context(pem, tls=tls)))
    if key is None:
        assert found == []
    else:
        assert [(finding.path, finding.message) for finding in found] == [
            (("defaults", "http", "tls", key), message)
        ]


def test_files_are_left_alone_on_request(pem):
    surroundings = PlanContext(HttpDefaults(tls={"ca_file": "text.pem"}), pem, check_files=False)
    assert list(HttpHandler.check([part()], surroundings)) == []


@pytest.mark.parametrize(
    ("request_", "below", "message"),
    [
        ({"method": "GET"}, ("method",), "a GraphQL request is sent with POST, not GET"),
        ({"body": "x"}, ("body",), "a GraphQL request has no body of its own: its operation is the body"),
    ],
)
def test_graphql(tmp_path, request_, below, message):
    wrong = part(graphql={"query": "{ a }"}, **request_)
    (finding,) = HttpHandler.check([part(graphql={"query": "{ a }"}), wrong], context(tmp_path))
    assert (finding.path[-1:], finding.message) == (below, message)


@pytest.mark.parametrize("installed", [True, False])
def test_pages_need_a_parser(tmp_path, monkeypatch, installed):
    if not installed:
        monkeypatch.setattr(page, "find_spec", lambda name: None)
    parts = [part(embedded={"concurrency": 2})]
    found = [*HttpHandler.check(parts, context(tmp_path, embedded={}))]
    places = [("defaults", "http", "embedded"), ("scenarios", "s", "flow", 0, "request", "embedded")]
    assert [each.path for each in found] == ([] if installed else places)
    assert {each.severity for each in found} <= {Severity.WARNING}
    assert {each.suggestion for each in found} <= {"pip install 'loadr[extract]'"}
