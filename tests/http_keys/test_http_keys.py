"""Every key of a plan that is about HTTP, against a real server, and that none is forgotten."""

import base64
import json

import pytest

from loadr_config import models
from loadr_protocols.http import resolving

_OTHER_PROTOCOLS = {"ws", "grpc", "socket", "sse", "sql", "plugin"}
# Keys of all protocols, which tests/end_to_end/test_extraction.py has.
_TOLD_ELSEWHERE = {"extract", "asserts", "checks"}

PROVEN = set()


def proves(*keys):
    """Say which keys a test is about: `defaults.http` and its parts, or `request` and its parts."""
    PROVEN.update(keys)
    return lambda test: test


def every_key():
    parts = {"tls": models.Tls, "dns": models.Dns, "embedded": models.Embedded}
    for name in models.HttpDefaults.model_fields:
        below = parts.get(name)
        yield from (
            (f"defaults.{name}.{each}" for each in below.model_fields) if below else [f"defaults.{name}"]
        )
    for name in set(models.Request.model_fields) - _OTHER_PROTOCOLS - _TOLD_ELSEWHERE:
        yield f"request.{name}"
    for kind in ("text", "json", "file", "form", "multipart"):
        yield f"request.body.{kind}"
    for kind in ("basic", "digest", "bearer", "none"):
        yield f"request.auth.{kind}"


def test_no_key_is_forgotten():
    expected = {key for key in every_key() if key not in {"request.body", "request.auth"}}
    assert expected == PROVEN


# ---------------------------------------------------------------- what is sent


@proves("defaults.base_url", "request.url", "request.params", "request.method", "request.protocol")
async def test_url_and_method(play, witness):
    await play(
        "[{url: '/a b', params: {q: 'x&y', n: 1}}, {url: '?top', method: PUT}, "
        f"{{url: '{witness.url}/whole', protocol: http, method: PROPFIND}}]",
        f"{{base_url: '{witness.url}/base/'}}",
    )
    assert [(seen.method, seen.raw) for seen in witness.requests] == [
        ("GET", "/base/a%20b?q=x%26y&n=1"),
        ("PUT", "/base/?top"),
        ("PROPFIND", "/whole"),
    ]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
async def test_every_method(play, witness, method):
    played = await play(f"[{{url: /x, method: {method.lower()}}}]")
    assert [seen.method for seen in witness.requests] == [method]
    assert played.count("http_req_failed") == 0


@proves("defaults.headers", "request.headers")
async def test_headers(play, witness):
    await play(
        "[{url: /, headers: {x-a: own, X-C: 3}}]",
        "{headers: {X-A: default, X-B: '${env.B}'}}",
        environment={"B": "two"},
    )
    headers = witness.requests[0].headers
    assert (headers["x-a"], headers["X-B"], headers["X-C"]) == ("own", "two", "3")
    assert "X-A" not in headers


@proves(
    "request.body.text",
    "request.body.json",
    "request.body.file",
    "request.body.form",
    "request.body.multipart",
)
async def test_bodies(play, witness, tmp_path):
    large = bytes(range(256)) * 8192
    (tmp_path / "small.txt").write_text("from a file")
    (tmp_path / "large.bin").write_bytes(large)
    await play(
        "[{url: /, body: 'vu ${vu}'}, {url: /, body: {json: {n: '${vu}', s: [1, null]}}},"
        " {url: /, body: {file: small.txt}}, {url: /, body: {file: large.bin}},"
        " {url: /, body: {form: {a: '1 2', 'ä': '&'}}},"
        " {url: /, body: {multipart: [{name: v, value: '${vu}'}, {name: f, file: small.txt}, {name: l, file: large.bin,"
        " filename: other.bin, content_type: x/y}]}}]"
    )
    text, document, small, streamed, form, parts = witness.requests
    assert {seen.method for seen in witness.requests} == {"POST"}
    assert text.body == b"vu 1"
    assert json.loads(document.body) == {"n": 1, "s": [1, None]}
    assert document.headers["Content-Type"] == "application/json"
    assert (small.body, streamed.body) == (b"from a file", large)
    assert form.body == b"a=1+2&%C3%A4=%26"
    assert form.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parts.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert b'name="f"; filename="small.txt"\r\nContent-Type: text/plain\r\n\r\nfrom a file\r\n' in parts.body
    assert b'name="l"; filename="other.bin"\r\nContent-Type: x/y\r\n\r\n' + large + b"\r\n" in parts.body


@proves("defaults.max_request_size")
async def test_the_size_of_requests(play, witness):
    await play("[{url: /, body: '${vu}23'}]", "{max_request_size: 3}")
    played = await play("[{url: /, body: '${vu}234'}]", "{max_request_size: 3}")
    assert [seen.body for seen in witness.requests] == [b"123"]
    assert played.causes == ["protocol: the body of 4 bytes is longer than max_request_size, 3 bytes"]


@proves(
    "defaults.auth", "request.auth.basic", "request.auth.bearer", "request.auth.none", "request.auth.digest"
)
async def test_credentials(play, witness):
    await play(
        "[{url: /1}, {url: /2, auth: {type: bearer, token: t}}, {url: /3, auth: {type: none}},"
        " {url: /digest, auth: {type: digest, username: ann, password: p}}]",
        "{auth: {type: basic, username: ann, password: p}}",
    )
    sent = [seen.headers.get("Authorization") for seen in witness.requests]
    basic = f"Basic {base64.b64encode(b'ann:p').decode()}"
    assert sent[:4] == [basic, "Bearer t", None, None]
    assert sent[4].startswith('Digest username="ann", realm="r"')


@proves("defaults.tracing")
async def test_tracing(play, witness):
    await play("[{url: /redirect/1}, {url: /, headers: {traceparent: own}}]", "{tracing: true}")
    first, hop, own = [seen.headers["traceparent"] for seen in witness.requests]
    assert first == hop
    assert len(first) == 55
    assert own == "own"


@proves("request.graphql")
async def test_graphql(play, witness):
    played = await play("[{url: /graphql, graphql: {query: '{ ok }', variables: {n: '${vu}'}}}]")
    assert json.loads(witness.requests[0].body) == {"query": "{ ok }", "variables": {"n": 1}}
    assert played.count("graphql_reqs") == 1


# ---------------------------------------------------------------- what becomes of the response


@proves("defaults.timeout", "request.timeout")
async def test_timeouts(play):
    played = await play("[{url: /never}, {url: /soon, timeout: 20s}]", "{timeout: 40ms}")
    assert played.count("http_reqs") == 2
    assert [cause.partition(":")[0] for cause in played.causes] == ["timeout"]


@proves("defaults.follow_redirects", "request.follow_redirects", "defaults.max_redirects")
@pytest.mark.parametrize(
    ("http", "step", "asked", "failed"),
    [
        ("{}", "", ["/redirect/2", "/redirect/1", "/end"], 0),
        ("{follow_redirects: false}", "", ["/redirect/2"], 0),
        ("{follow_redirects: false}", ", follow_redirects: true", ["/redirect/2", "/redirect/1", "/end"], 0),
        ("{}", ", follow_redirects: false", ["/redirect/2"], 0),
        ("{max_redirects: 1}", "", ["/redirect/2", "/redirect/1"], 1),
        ("{max_redirects: 0}", "", ["/redirect/2"], 0),
    ],
)
async def test_redirects(play, witness, http, step, asked, failed):
    played = await play(f"[{{url: /redirect/2{step}}}]", http)
    assert [seen.raw for seen in witness.requests] == asked
    assert played.count("http_req_failed") == failed


@proves("defaults.expected_statuses", "request.expected_statuses")
async def test_expected_statuses(play):
    steps = "[{url: /status/404}, {url: /status/503, expected_statuses: [500-599]}, {url: /status/200}]"
    views = ["http_reqs{expected_response:true}", "http_reqs{expected_response:false}"]
    played = await play(steps, "{expected_statuses: [404, 500-502]}", views=views)
    assert played.count("http_req_failed") == 1
    assert played.count("http_reqs", expected_response="true") == 2
    assert played.count("http_reqs", expected_response="false") == 1


@proves("request.name", "request.tags")
async def test_names_and_tags(play):
    views = ["http_reqs{name:n 1}", "http_reqs{kind:k}"]
    played = await play("[{url: '/${vu}', name: 'n ${vu}', tags: {kind: k}}]", views=views)
    assert played.count("http_reqs", name="n 1") == played.count("http_reqs", kind="k") == 1


@proves("defaults.compression")
@pytest.mark.parametrize("compression", [True, False])
async def test_compression(play, witness, compression):
    check = "assert: [{type: body_contains, value: lazy}]"
    played = await play(f"[{{url: /compressed, {check}}}]", f"{{compression: {str(compression).lower()}}}")
    assert ("gzip" in witness.requests[0].headers.get("Accept-Encoding", "")) is compression
    assert played.count("http_req_failed") == 0
    assert (played.count("data_received") < 1000) is compression


@proves("defaults.max_response_size", "defaults.discard_response_bodies")
async def test_sizes(play):
    long = "[{url: /long/5000}]"
    played = await play(long, "{max_response_size: 4kB}")
    assert "longer than max_response_size, 4,000 bytes" in played.causes[0]
    counted = await play(long, "{max_response_size: 4kB, discard_response_bodies: true}")
    assert counted.causes == []
    assert counted.count("data_received") > 5000


@proves("defaults.cookies")
@pytest.mark.parametrize("cookies", [True, False])
async def test_cookies(play, witness, cookies):
    await play("[{url: /login}, {url: /}]", f"{{cookies: {str(cookies).lower()}}}", iterations=2)
    sent = [seen.headers.get("Cookie") for seen in witness.requests]
    assert sent == ([None, *["session=abc"] * 3] if cookies else [None] * 4)


@proves("defaults.cache")
@pytest.mark.parametrize("cache", [True, False])
async def test_cache(play, witness, cache):
    played = await play("[{url: /kept}]", f"{{cache: {str(cache).lower()}}}", iterations=3)
    assert len(witness.requests) == played.count("http_reqs") == (1 if cache else 3)
    assert played.count("http_cache_hits") == (2 if cache else 0)


@proves(
    "defaults.embedded.concurrency",
    "defaults.embedded.allow",
    "request.embedded",
    "defaults.connections_per_host",
)
async def test_pages(play, witness):
    await play(
        "[{url: /page}, {url: /page, embedded: {allow: nothing}}]", "{embedded: {allow: '[.](png|js)$'}}"
    )
    assert sorted(seen.raw for seen in witness.requests) == ["/a.png", "/b.js", "/page", "/page"]
    await play("[{url: /page}]", "{embedded: {concurrency: 1}}")
    assert [seen.raw for seen in witness.requests[4:]] == ["/page", "/a.png", "/b.js", "/c.css"]
    for limit, opened in ((1, 1), (3, 3)):
        before = len(witness.requests)
        await play("[{url: /page}]", f"{{embedded: {{}}, connections_per_host: {limit}}}")
        assert len({seen.connection for seen in witness.requests[before:]}) == opened


# ---------------------------------------------------------------- how the server is reached


@proves("defaults.keep_alive")
@pytest.mark.parametrize("keep_alive", [True, False])
async def test_keep_alive(play, witness, keep_alive):
    await play("[{url: /}]", f"{{keep_alive: {str(keep_alive).lower()}}}", iterations=3)
    assert len({seen.connection for seen in witness.requests}) == (1 if keep_alive else 3)


@proves("defaults.proxy")
async def test_proxies(play, witness):
    proxy = f"http://ann:p@127.0.0.1:{witness.port}"
    for setting, environment in ((proxy, {}), ("env", {"HTTP_PROXY": proxy}), ("env", {"http_proxy": proxy})):
        with pytest.MonkeyPatch.context() as patch:
            for name in ("HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"):
                patch.delenv(name, raising=False)
            for name, value in environment.items():
                patch.setenv(name, value)
            await play("[{url: 'http://shop.test/x'}]", f"{{proxy: '{setting}'}}")
        seen = witness.requests[-1]
        assert seen.raw == "http://shop.test/x"
        assert (seen.headers["Host"], seen.headers["Proxy-Authorization"]) == ("shop.test", "Basic YW5uOnA=")


@proves("defaults.hosts")
async def test_hosts(play, witness):
    hosts = (
        f"{{hosts: {{Shop.Test: '127.0.0.2:{witness.port}', 'other.test:81': '127.0.0.1:{witness.port}'}}}}"
    )
    await play("[{url: 'http://shop.test/'}, {url: 'http://other.test:81/'}]", hosts)
    assert [(seen.headers["Host"], seen.local) for seen in witness.requests] == [
        ("shop.test", "127.0.0.2"),
        ("other.test:81", "127.0.0.1"),
    ]


@proves("defaults.dns.ttl", "defaults.dns.select")
@pytest.mark.parametrize(
    ("dns", "lookups", "locals_"),
    [
        ("{}", 1, ["127.0.0.1"] * 4),
        ("{ttl: 0}", 4, ["127.0.0.1"] * 4),
        ("{select: round_robin}", 1, ["127.0.0.1", "127.0.0.2"] * 2),
    ],
)
async def test_names(play, witness, monkeypatch, dns, lookups, locals_):
    asked = []

    async def look_up(host):
        asked.append(host)
        return [(resolving.socket.AF_INET, (f"127.0.0.{last}", 0)) for last in (1, 2)]

    monkeypatch.setattr(resolving, "_system_addresses", look_up)
    url = f"http://shop.test:{witness.port}/"
    await play(f"[{{url: '{url}'}}]", f"{{dns: {dns}, keep_alive: false}}", iterations=4)
    assert asked == ["shop.test"] * lookups
    assert [seen.local for seen in witness.requests] == locals_


@proves("defaults.dns.policy", "defaults.blocked_addresses", "defaults.blocked_hosts")
@pytest.mark.parametrize(
    ("defaults", "cause"),
    [
        ("{dns: {policy: only_ipv4}}", None),
        ("{dns: {policy: only_ipv6}}", "it has no address for dns.policy only_ipv6"),
        ("{blocked_hosts: ['*.test']}", "the plan blocks the host shop.test"),
        ("{blocked_hosts: ['*.other.test']}", None),
        ("{blocked_addresses: [127.0.0.0/30]}", "the plan blocks the address 127.0.0.1"),
        ("{blocked_addresses: [127.0.1.0/24]}", None),
    ],
)
async def test_where_nothing_is_sent(play, witness, monkeypatch, defaults, cause):
    async def look_up(_host):
        return [(resolving.socket.AF_INET, ("127.0.0.1", 0))]

    monkeypatch.setattr(resolving, "_system_addresses", look_up)
    played = await play(f"[{{url: 'http://shop.test:{witness.port}/'}}]", defaults)
    assert len(witness.requests) == (1 if cause is None else 0)
    assert cause is None or cause in str(played.causes)


@proves("defaults.local_ips")
async def test_local_addresses(play, witness):
    await play("[{url: /}]", "{local_ips: [127.0.0.7, 127.0.0.8], keep_alive: false}", iterations=3)
    assert [seen.remote for seen in witness.requests] == ["127.0.0.7", "127.0.0.8", "127.0.0.7"]


# ---------------------------------------------------------------- TLS


@proves("defaults.tls.ca_file", "defaults.tls.insecure_skip_verify", "defaults.tls.server_name")
@pytest.mark.parametrize(
    ("tls", "name", "cause"),
    [
        ("{ca_file: ca.pem}", None, None),
        ("{}", None, "signed by an authority that is not trusted here"),
        ("{insecure_skip_verify: true}", None, None),
        ("{ca_file: ca.pem, server_name: localhost}", "localhost", None),
        ("{ca_file: ca.pem, server_name: shop.test}", "shop.test", "is for another host name"),
    ],
)
async def test_whom_a_plan_trusts(play, witness, tls, name, cause):
    played = await play(f"[{{url: '{witness.secure}/'}}]", f"{{tls: {tls}}}")
    assert len(witness.requests) == (cause is None)
    assert all(cause in told for told in played.causes) if cause else not played.causes
    assert witness.names == [name]


@proves("defaults.tls.min_version", "defaults.tls.max_version")
@pytest.mark.parametrize(
    ("tls", "version"), [("max_version: 1.2", "TLSv1.2"), ("min_version: TLSv1.3", "TLSv1.3")]
)
async def test_versions_of_tls(play, witness, tls, version):
    await play(f"[{{url: '{witness.secure}/'}}]", f"{{tls: {{ca_file: ca.pem, {tls}}}}}")
    assert [seen.tls[0] for seen in witness.requests] == [version]


@proves("defaults.tls.cert_file", "defaults.tls.key_file")
@pytest.mark.parametrize("shown", [True, False])
async def test_a_clients_certificate(play, witness, shown):
    files = ", cert_file: certificate.pem, key_file: key.pem" if shown else ""
    await play(f"[{{url: '{witness.secure}/'}}]", f"{{tls: {{ca_file: ca.pem{files}}}}}")
    (seen,) = witness.requests
    assert bool(seen.tls[3]) is shown


@proves("defaults.tls.client_certificates")
@pytest.mark.parametrize(("hosts", "shown"), [("[127.0.0.1]", True), ("['*.test']", False), ("[]", True)])
async def test_a_clients_certificate_for_some_hosts(play, witness, hosts, shown):
    certificate = f"{{hosts: {hosts}, cert_file: certificate.pem, key_file: key.pem}}"
    tls = f"{{ca_file: ca.pem, client_certificates: [{certificate}]}}"
    await play(f"[{{url: '{witness.secure}/'}}]", f"{{tls: {tls}}}")
    (seen,) = witness.requests
    assert bool(seen.tls[3]) is shown


@proves("defaults.tls.resume_sessions")
@pytest.mark.parametrize("resumes", [True, False])
async def test_sessions(play, witness, resumes):
    tls = f"{{ca_file: ca.pem, max_version: 1.2, resume_sessions: {str(resumes).lower()}}}"
    played = await play(f"[{{url: '{witness.secure}/'}}]", f"{{tls: {tls}, keep_alive: false}}", iterations=3)
    assert [seen.tls[2] for seen in witness.requests] == [False, resumes, resumes]
    assert played.count("http_tls_handshakes") == 3
    assert played.count("http_tls_resumed") == (2 if resumes else 0)


@proves("defaults.version")
@pytest.mark.parametrize(
    ("version", "schemes"),
    [
        ("auto", ["https", "http"]),
        ("http1", ["https", "http"]),
        ("http2", ["http"]),
        ("http2-prior-knowledge", []),
    ],
)
async def test_versions_of_http(play, witness, version, schemes):
    """This server offers HTTP/1.1 alone; nginx, Caddy and nghttpd speak HTTP/2 in the protocol's own tests."""
    http = f"{{version: {version}, tls: {{ca_file: ca.pem}}}}"
    played = await play(f"[{{url: '{witness.secure}/'}}, {{url: /}}]", http)
    assert ["http" if seen.tls is None else "https" for seen in witness.requests] == schemes
    assert played.count("http_req_failed") == len(played.causes) == 2 - len(schemes)
    if version == "http2":
        assert "does not offer HTTP/2, which the plan asks for" in played.causes[0]
