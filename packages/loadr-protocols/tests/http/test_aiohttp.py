"""The client against aiohttp's server: what it sends is understood, what it gets is."""

import asyncio

import pytest
from aiohttp import web

from loadr_config.models import MultipartPart
from loadr_core.compiler.multipart import multipart_payload
from loadr_core.compiler.payloads import LARGEST_IN_MEMORY
from loadr_core.templating import TextCompiler

TEXT = "The quick brown fox jumps over the lazy dog.\n" * 500


async def echo(request):
    return web.json_response(
        {
            "method": request.method,
            "path": request.path,
            "query": dict(request.query),
            "cookies": dict(request.cookies),
            "body": (await request.read()).decode(),
        }
    )


async def form(request):
    parts = []
    async for part in await request.multipart():
        content = await part.read(decode=False)
        parts.append([part.name, part.filename, part.headers.get("Content-Type"), len(content)])
    return web.json_response(parts)


async def compressed(request):
    response = web.Response(text=TEXT)
    response.enable_compression(web.ContentCoding[request.match_info["coding"]])
    return response


async def chunked(request):
    response = web.StreamResponse()
    response.enable_chunked_encoding()
    await response.prepare(request)
    for number in range(50):
        await response.write(b"%d," % number)
        await asyncio.sleep(0)
    await response.write_eof()
    return response


async def log_in(request):
    response = web.Response(status=303, headers={"Location": "/echo"})
    response.set_cookie("session", "a b", httponly=True, max_age=60)
    response.set_cookie("scoped", "x", path="/elsewhere")
    return response


async def log_out(request):
    response = web.Response(text="bye")
    response.del_cookie("session")
    return response


@pytest.fixture
async def url():
    application = web.Application(client_max_size=64 * 1024 * 1024)
    application.router.add_route("*", "/echo", echo)
    application.router.add_post("/form", form)
    application.router.add_get("/compressed/{coding}", compressed)
    application.router.add_get("/chunked", chunked)
    application.router.add_post("/login", log_in)
    application.router.add_get("/logout", log_out)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
    await runner.cleanup()


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_methods_and_parameters(client, url, method):
    response = await client.send(
        f"{url}/echo?a=1", method=method, params=[("b", "\u00e4 &=")], body=b"data", keeps_body=True
    )
    assert response.status == 200
    assert f'"method": "{method}"'.encode() in response.body
    assert b'"query": {"a": "1", "b": "\\u00e4 &="}' in response.body
    assert b'"body": "data"' in response.body


async def test_a_form_with_files(client, url, tmp_path):
    (tmp_path / "small.txt").write_bytes(b"x" * 10)
    (tmp_path / "large.bin").write_bytes(b"x" * (LARGEST_IN_MEMORY + 5))
    parts = [
        {"name": "text", "value": "v\u00e4lue"},
        {"name": 'odd "name"', "value": ""},
        {"name": "small", "file": "small.txt"},
        {"name": "large", "file": "large.bin", "filename": "\u00e4.bin"},
    ]
    body = multipart_payload(
        [MultipartPart.model_validate(part) for part in parts], TextCompiler({}, {}, {}).compile, tmp_path
    )
    response = await client.send(f"{url}/form", body=body, keeps_body=True, timeout=30)
    assert response.status == 200
    assert response.body.decode() == (
        f'[["text", null, null, 6], ["odd %22name%22", null, null, 0], '
        f'["small", "small.txt", "text/plain", 10], '
        f'["large", "\\u00e4.bin", "application/octet-stream", {LARGEST_IN_MEMORY + 5}]]'
    )


@pytest.mark.parametrize("coding", ["gzip", "deflate", "identity"])
async def test_compression(client, url, coding):
    response = await client.send(f"{url}/compressed/{coding}", keeps_body=True)
    assert (response.status, response.body.decode()) == (200, TEXT)


async def test_chunks(client, url):
    response = await client.send(f"{url}/chunked", keeps_body=True)
    assert response.body == b"".join(b"%d," % number for number in range(50))


async def test_a_session(client, url):
    after = await client.send(f"{url}/login", method="POST", body=b"", keeps_body=True)
    assert b'"cookies": {"session": "a b"}' in after.body
    assert [hop.status for hop in after.further] == [303]
    await client.send(f"{url}/logout")
    assert b'"cookies": {}' in (await client.send(f"{url}/echo", keeps_body=True)).body
