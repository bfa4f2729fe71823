"""`k6/ws`: a socket whose connect stays until it is closed."""

import pytest

from loadr_testing.servers import LoopbackAuthority

CASES = {
    "text, binary and a ping": (
        "/",
        """
        socket.on('open', () => { socket.send('häl\\u0000o'); socket.ping(); });
        socket.on('message', () => socket.sendBinary(new Uint8Array([0, 255]).buffer));
        socket.on('binaryMessage', data => { seen.push([...new Uint8Array(data)]); socket.close(4001); });
        """,
        ["open", "häl\0o", [0, 255], "close 4001"],
    ),
    "several handlers, texts of all kinds": (
        "/",
        """
        let count = 0;
        socket.on('open', () => { socket.send(12); socket.send('\\ud800'); socket.send('a'.repeat(3) + 'b'); });
        socket.on('message', () => { if (++count === 3) socket.close(); });
        """,
        ["open", "12", "\ufffd", "aaab", "close 1001"],
    ),
    "the server closes": ("/leave", "", ["open", "last", "error websocket: close 4002: bye", "close 4002"]),
    "the server pings": (
        "/ping",
        "socket.on('ping', () => { seen.push('ping'); socket.close(1000); });",
        ["open", "ping", "close 1000"],
    ),
    "timers": (
        "/",
        """
        let count = 0;
        socket.setInterval(() => { seen.push('tick'); if (++count === 3) socket.close(1000); }, 5);
        socket.setTimeout(() => seen.push('never'), 60000);
        """,
        ["open", "tick", "tick", "tick", "close 1000"],
    ),
    "timers without a time": (
        "/",
        "socket.setTimeout(() => {}, 0);",
        ["close 1001", "thrown setTimeout requires a >0 timeout parameter, received 0.00"],
    ),
    "closed in open, then sent": (
        "/",
        "socket.on('open', () => { socket.close(4001); socket.send('late'); });",
        ["open", "close 4001", "error websocket: close sent"],
    ),
    "thrown in the setup": ("/", "throw new Error('mine');", ["close 1001", "thrown mine"]),
    "thrown in open": (
        "/",
        "socket.on('open', () => { throw new Error('mine') });",
        ["open", "close 1001", "thrown mine"],
    ),
    "thrown in message": (
        "/",
        "socket.on('open', () => socket.send('x')); socket.on('message', () => { throw new Error('mine') });",
        ["open", "x", "close 1001", "thrown mine"],
    ),
    "thrown in a timer": (
        "/",
        "socket.setTimeout(() => { throw new Error('mine') }, 1);",
        ["open", "close 1001", "thrown mine"],
    ),
    "no buffer": (
        "/",
        "socket.sendBinary('text');",
        ["close 1001", "thrown expected ArrayBuffer as argument, received: String"],
    ),
}


@pytest.mark.parametrize(("path", "setup", "expected"), CASES.values(), ids=CASES)
async def test_events_of_k6_ws(path, setup, expected, serve, run_script):
    script = f"export default function () {{ talk({path!r}, socket => {{ {setup} }}); say(seen); }}"
    async with serve() as served:
        run = await run_script(served, script)
    assert run.said == [expected]
    assert run.total("iterations") == run.total("ws_sessions") == 1
    assert run.count("ws_session_duration") == run.count("ws_connecting") == 1


@pytest.mark.parametrize(
    ("path", "words"),
    [("/cut", "without a close frame"), ("/flood", "longer than max_response_size")],
    ids=["in a message", "over the limit"],
)
async def test_a_connection_that_breaks_is_an_error_and_a_closing(path, words, serve, run_script):
    script = f"export default function () {{ talk({path!r}, () => {{}}); say(seen.slice(-2)); }}"
    async with serve() as served:
        http = {"max_response_size": 2} if path == "/flood" else None
        run = await run_script(served, script, http=http)
    ((error, closing),) = run.said
    assert error.startswith("error websocket: close 1006 (abnormal closure): ")
    assert words in error
    assert closing == "close 1006"


async def test_the_response_of_connect(serve, run_script):
    script = """
    export default function () {
      const {status, url, body, error, headers} = talk('/x', socket => socket.setTimeout(() => socket.close(), 1));
      say([status, url === BASE + '/x', body, error, headers.Upgrade]);
      const refused = talk('/refuse', () => {});
      say([refused.status, refused.url, refused.body, refused.error, refused.headers['Content-Length']]);
      const dead = talk('ws://127.0.0.1:9/', () => {});
      say([dead.status, dead.body, dead.error.includes('refused'), dead.headers]);
      say([talk('http://127.0.0.1:9/', () => {}).error, seen]);
    }"""
    async with serve() as served:
        run = await run_script(served, script)
    assert run.said == [
        [101, True, "", "", "websocket"],
        [403, "", "not today\n", "", "10"],
        [0, "", True, {}],
        ["malformed ws or wss URL", ["open", "close 1001"]],
    ]
    assert run.total("ws_sessions") == run.count("ws_session_duration") == 3
    assert run.rate("ws_req_failed") == (2, 3)
    assert run.rate("http_req_failed") is None
    assert ("status", "403") in run.causes


async def test_metrics_of_k6_ws_carry_the_tags_of_the_place(serve, run_script):
    script = """
    export default function () {
      group('chat', () => talk('/', socket => {
        let count = 0;
        socket.on('open', () => { socket.ping(); for (let i = 0; i < 3; i++) socket.send(`${i}`); });
        socket.on('message', () => { if (++count === 3) socket.close(); });
      }, {tags: {kind: 'echo', name: 'talk'}}));
    }"""
    selectors = [
        f"{metric}{{group:::chat,kind:echo,name:talk}}" for metric in ("ws_msgs_sent", "ws_msgs_received")
    ]
    async with serve() as served:
        run = await run_script(served, script, thresholds=selectors)
    for metric in ("ws_msgs_sent", "ws_msgs_received"):
        assert run.total(metric) == run.total(metric, group="::chat", kind="echo", name="talk") == 3
    assert run.count("ws_ping") == 1
    assert run.total("data_sent") > 100
    assert run.total("data_received") > 100


async def test_headers_cookies_subprotocols_and_the_user_agent_go_with_the_handshake(serve, run_script):
    script = """
    export default function () {
      http.cookieJar().set(BASE.replace('ws', 'http') + '/', 'mine', 'yes');
      const params = {headers: {'X-A': '1', 'Sec-WebSocket-Protocol': 'chat'}, compression: 'deflate'};
      const answer = talk('/', socket => socket.setTimeout(() => socket.close(), 1), params);
      say([answer.status, answer.headers['Sec-Websocket-Protocol']]);
      const jar = new http.CookieJar();
      talk('/', socket => socket.setTimeout(() => socket.close(), 1), {jar});
    }"""
    async with serve(subprotocols=["chat"]) as served:
        run = await run_script(served, script, http={"headers": {"User-Agent": "mine/1"}})
        first, second = (request.headers for request in served.requests)
    assert run.said == [[101, "chat"]]
    assert (first["Cookie"], first["X-A"], first["User-Agent"]) == ("mine=yes", "1", "mine/1")
    assert "permessage-deflate" in first["Sec-WebSocket-Extensions"]
    assert "Cookie" not in second
    assert "Sec-WebSocket-Extensions" not in second


async def test_tls_and_hosts_of_the_options_hold(serve, run_script, tmp_path):
    authority = LoopbackAuthority()
    context = authority.server_context("shop.test")
    script = """
    export default function () {
      const url = BASE.replace('127.0.0.1', 'shop.test');
      say([talk(url, socket => socket.setTimeout(() => socket.close(), 1)).status, seen]);
    }"""
    async with serve(ssl=context) as served:
        http = {
            "hosts": {"shop.test": "127.0.0.1"},
            "tls": {"ca_file": str(authority.write_ca_file(tmp_path))},
        }
        run = await run_script(served, script, http=http)
    assert run.said[0] == [101, ["open", "close 1001"]]


async def test_what_is_blocked_is_not_connected_to(serve, run_script):
    script = """
    export default function () {
      say(talk('/', () => {}).error);
      watched('/');
    }"""
    async with serve() as served:
        run = await run_script(served, script, settings={"blocked_addresses": ["127.0.0.0/8"]})
        assert served.requests == []
    assert "127.0.0.0/8" in run.said[0]
    assert "127.0.0.0/8" in run.said[1][0]


@pytest.mark.parametrize(
    ("path", "words"), [("/refuse", "websocket: bad handshake"), ("ws://127.0.0.1:9/", "refused")]
)
async def test_with_the_option_throw_a_failed_handshake_throws(path, words, serve, run_script):
    script = f"export default function () {{ talk({path!r}, () => {{}}); say(seen); }}"
    async with serve() as served:
        run = await run_script(served, script, settings={"throws": True})
    assert words in run.said[0][0]
