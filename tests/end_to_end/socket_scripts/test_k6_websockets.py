"""`k6/websockets`: W3C's WebSocket, and iterations that wait for their sockets."""

import pytest

CASES = {
    "text and binary": (
        """
        watched('/', socket => {
          seen.push(socket.readyState, socket.binaryType, socket.protocol, socket.bufferedAmount);
          socket.addEventListener('open', event => {
            seen.push(event.type, socket.readyState, event.target === socket);
            socket.send('häl\\u0000o'); seen.push(socket.bufferedAmount);
          });
          socket.onmessage = async event => {
            if (typeof event.data === 'string') {
              seen.push(event.data, event.origin === socket.url, socket.bufferedAmount);
              socket.send(new Uint8Array([0, 1, 65]).subarray(1));
            } else if (event.data instanceof Blob) {
              seen.push(await event.data.text());
              socket.binaryType = 'arraybuffer';
              socket.send(new Blob(['a', new Uint8Array([98])]));
            } else { seen.push([...new Uint8Array(event.data)]); socket.close(4000, 'bye'); }
          };
        });
        """,
        [
            0,
            "blob",
            "",
            0,
            "open",
            "open",
            1,
            True,
            6,
            "häl\0o",
            True,
            0,
            "\x01A",
            [97, 98],
            "error websocket: close 4000: bye",
            "close",
        ],
    ),
    "the server closes": ("watched('/leave')", ["open", "last", "error websocket: close 4002: bye", "close"]),
    "refused": ("watched('/refuse')", ["error websocket: bad handshake", "close"]),
    "subprotocols": (
        "watched('/', socket => socket.onopen = () => { seen.push(socket.protocol); socket.close(); }, ['chat', 'x'])",
        ["chat", "close"],
    ),
    "pings both ways": (
        """
        watched('/ping', socket => {
          socket.onping = () => { seen.push('ping'); socket.ping(); };
          socket.onpong = () => { seen.push('pong'); socket.send('enough'); socket.close(); };
        })
        """,
        ["open", "ping", "pong", "close"],
    ),
    "closed in open, then sent": (
        """
        watched('/', socket => socket.onopen = () => {
          socket.close(1000); socket.close(1000);
          try { socket.send('late') } catch (error) { seen.push(socket.readyState, error.message) }
        })
        """,
        [2, "InvalidStateError", "close"],
    ),
    "closed before it was open": (
        "watched('/', socket => { socket.close(); seen.push(socket.readyState) })",
        [2, "close"],
    ),
    "a handler taken away": (
        """
        watched('/', socket => {
          socket.onmessage = null;
          socket.addEventListener('message', event => { seen.push('heard', socket.onmessage); socket.close(); });
          socket.onopen = () => socket.send('x');
        })
        """,
        ["heard", None, "close"],
    ),
    "what cannot be": (
        """
        const fails = action => { try { action(); seen.push('nothing') } catch (error) { seen.push(error.message.split(',')[0].slice(0, 40)) } };
        fails(() => new WebSocket()); fails(() => new WebSocket('http://x/')); fails(() => new WebSocket('ws://x/#a'));
        fails(() => new WebSocket('ws://x/', null, {nope: 1}));
        watched('/', socket => socket.onopen = () => {
          fails(() => socket.send(1)); fails(() => socket.binaryType = 'x'); fails(() => socket.onmessage = 1);
          fails(() => socket.close(1001)); fails(() => socket.close(1000, 'x'.repeat(124)));
          fails(() => socket.addEventListener('message')); socket.close();
        })
        """,
        [
            "WebSocket requires a url",
            "WebSocket requires url with scheme ws or",
            "WebSocket requires no url fragment",
            "unknown WebSocket's option nope",
            "unsupported send type number",
            "unknown binaryType x",
            "a value for 'onmessage' should be callab",
            "InvalidAccessError: Failed to execute 'c",
            "SyntaxError: Failed to execute 'close' o",
            'handler for event type "message" isn\'t a',
            "close",
        ],
    ),
}


@pytest.mark.parametrize(("body", "expected"), CASES.values(), ids=CASES)
async def test_events_of_k6_websockets(body, expected, serve, run_script):
    async with serve(
        subprotocols=["chat"], select_subprotocol=lambda _, offered: (offered or [None])[0]
    ) as served:
        run = await run_script(served, f"export default function () {{ {body} }}")
    assert run.said == [expected]
    assert run.total("iterations") == run.total("ws_sessions") == 1


async def test_an_iteration_waits_for_all_its_sockets_and_hears_them_all(serve, run_script):
    script = """
    export default function () {
      for (let number = 0; number < 5; number++) {
        const socket = new WebSocket(BASE + '/flood', null, {tags: {number: `${number}`}});
        let count = 0;
        socket.onmessage = event => { if (+event.data !== count++) seen.push('out of order') };
        socket.addEventListener('message', () => { if (count === 200) socket.close() });
        socket.onclose = () => { seen.push(count); if (seen.length === 5) say(seen) };
      }
    }"""
    async with serve() as served:
        run = await run_script(served, script, thresholds=["ws_msgs_received{number:3}"])
    assert run.said == [[200] * 5]
    assert run.total("ws_msgs_received") == 1000
    assert run.total("ws_msgs_received", number="3") == 200
    assert run.count("ws_session_duration") == run.total("ws_sessions") == 5
    assert run.total("ws_msgs_sent") == 5, "as in k6 the closings"


async def test_timers_and_promises_go_on_beside_sockets(serve, run_script):
    script = """
    export default async function () {
      const socket = new WebSocket(BASE);
      const next = () => new Promise(resolve => socket.addEventListener('message', resolve));
      await new Promise(resolve => socket.onopen = resolve);
      const clock = setInterval(() => { seen.push('tick'); if (seen.length === 3) { clearInterval(clock); socket.send('go') } }, 2);
      const first = await next();
      seen.push(first.data);
      socket.close();
      say(seen);
    }"""
    async with serve() as served:
        run = await run_script(served, script)
    assert run.said == [["tick", "tick", "tick", "go"]]


@pytest.mark.parametrize("event", ["open", "message"])
async def test_an_error_in_a_handler_ends_the_iteration_and_the_socket(event, serve, run_script):
    script = f"""
    export default function () {{
      watched('/leave', socket => socket.on{event} = () => {{ throw new TypeError('mine') }});
      new WebSocket(BASE);
    }}"""
    async with serve() as served:
        run = await run_script(served, script)
    assert [word for word in run.said[0] if word != "open"] == ["error TypeError: mine", "close"]
    assert run.total("vu_exceptions") == 1
    assert any("TypeError" in cause for category, cause in run.causes if category == "exceptions")
    assert len(served.closings) == 2, "the other socket is closed as well"


async def test_the_old_name_of_the_module_is_the_same_module(run_script):
    script = """
    import * as old from 'k6/experimental/websockets';
    import * as now from 'k6/websockets';
    export default function () {
      console.log(JSON.stringify([old.WebSocket === now.WebSocket, old.Blob === now.Blob, old.WebSocket.CLOSED]));
    }"""
    assert (await run_script(None, script)).said == [[True, True, 3]]


async def test_blobs(run_script):
    script = """
    export default async function () {
      const blob = new Blob(['ab', new Uint8Array([99, 100]), new Blob(['é'])], {type: 'text/plain'});
      say([blob.size, blob.type, await blob.text(), [...new Uint8Array(await blob.arrayBuffer())]]);
      say([await blob.slice(1, 3).text(), await blob.slice(-2).text(), blob.slice(0, 1, 'x').type, String(blob)]);
      say([...(await new Blob([new Uint16Array([1, 2])]).bytes())]);
      try { new Blob([{}]) } catch (error) { say(error.message) }
    }"""
    assert (await run_script(None, script)).said == [
        [6, "text/plain", "abcdé", [97, 98, 99, 100, 195, 169]],
        ["bc", "é", "x", "[object Blob]"],
        [1, 0, 2, 0],
        "failed to process [blobParts]: unsupported type: object",
    ]
