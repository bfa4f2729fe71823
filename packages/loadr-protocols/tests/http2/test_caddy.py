"""Against Caddy, whose HTTP is that of Go: HTTP/1.1 and HTTP/2, in the clear and over TLS."""

import asyncio

import pytest

from loadr_core.spi import FilePiece, Payload

pytestmark = [pytest.mark.process, pytest.mark.system]

TEXT = b"The quick brown fox jumps over the lazy dog.\n" * 500

ROADS = {
    "HTTP/1.1": ("http1", 1, "HTTP/1.1"),
    "HTTP/1.1 over TLS": ("http1", 0, "HTTP/1.1"),
    "HTTP/2": ("http2-prior-knowledge", 1, "HTTP/2"),
    "HTTP/2 over TLS": ("auto", 0, "HTTP/2"),
}


@pytest.fixture(params=ROADS)
def road(request, make_client, caddy, authority, tmp_path):
    """Makes clients for one way to Caddy; with its URL and the `proto` of its responses."""
    version, place, proto = ROADS[request.param]
    authority.write_ca_file(tmp_path)

    def make(**defaults):
        return make_client(version=version, tls={"ca_file": "ca.pem"}, **defaults)

    return make, caddy[place], proto


async def test_what_it_says_to_speak(road):
    make, url, proto = road
    response = await make().send(f"{url}/proto", timeout=30)
    assert (response.status, response.proto, response.error) == (200, proto, None)
    assert response.body.decode().startswith(proto)


@pytest.mark.parametrize("coding", ["zstd", "gzip", None])
async def test_compressed_on_the_way(road, column, coding):
    make, url, _ = road
    headers = [] if coding is None else [("Accept-Encoding", coding)]
    client = make(compression=coding is not None)
    response = await client.send(f"{url}/page.txt", keeps_body=True, headers=headers, timeout=30)
    assert (response.status, response.body, response.error) == (200, TEXT, None)
    assert response.headers.get("content-encoding") == coding
    assert (column(response, "bytes_received") < len(TEXT) / 2) is (coding is not None)


async def test_heads_ranges_and_errors(road):
    make, url, _ = road
    client = make(compression=False)
    head = await client.send(f"{url}/page.txt", method="HEAD", timeout=30)
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", str(len(TEXT)))
    part = await client.send(f"{url}/page.txt", headers=[("Range", "bytes=4-8")], timeout=30)
    assert (part.status, part.body) == (206, b"quick")
    assert (await client.send(f"{url}/nothing", timeout=30)).status == 404


async def test_redirects_and_cookies(road):
    make, url, _ = road
    client = make()
    moved = await client.send(f"{url}/moved", keeps_body=True, timeout=30)
    assert (moved.body, [hop.status for hop in moved.further]) == (TEXT, [308])
    logged_in = await client.send(f"{url}/in", method="POST", body=b"x", timeout=30)
    assert (logged_in.method, logged_in.body) == ("GET", b"session=abc")


async def test_the_cache(road):
    make, url, proto = road
    client = make(cache=True)
    protos = [(await client.send(f"{url}/kept.txt", keeps_body=True, timeout=30)).proto for _ in range(2)]
    assert protos == [proto, "cache"]
    first, second = [await client.send(f"{url}/page.txt", keeps_body=True, timeout=30) for _ in range(2)]
    assert first.body == second.body == TEXT
    assert [hop.status for hop in second.further] == [304]


@pytest.mark.parametrize(("size", "statuses"), [(3_000_000, {404}), (6_000_000, {413, 502})])
async def test_uploads_from_disk(road, tmp_path, size, statuses):
    make, url, _ = road
    path = tmp_path / "upload"
    path.write_bytes(bytes(size))
    body = Payload.streamed(lambda _scope: (FilePiece(path, size),), None)
    client = make()
    response = await client.send(f"{url}/upload", method="PUT", body=body, timeout=60)
    assert response.status in statuses, response.error
    assert (await client.send(f"{url}/proto", timeout=30)).status == 200


async def test_many_at_once(road, caddy):
    make, url, proto = road
    client = make(compression=False)
    paths = ["proto", "page.txt"] * 50
    responses = await asyncio.gather(*[client.send(f"{url}/{path}", timeout=60) for path in paths])
    assert {(each.status, each.error) for each in responses} == {(200, None)}
    assert [len(each.body) for each in responses[1::2]] == [len(TEXT)] * 50
    assert client.session.open_connections <= (1 if proto == "HTTP/2" else 6)


async def test_connections_that_are_not_kept(road):
    make, url, _ = road
    client = make(keep_alive=False)
    for _ in range(3):
        assert (await client.send(f"{url}/proto", timeout=30)).status == 200
        assert client.session.open_connections == 0
