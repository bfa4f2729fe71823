import pytest

from loadr_js.errors import ScriptFailed

pytestmark = pytest.mark.usefixtures("access")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("btoa('hello')", "aGVsbG8="),
        ("btoa('a')", "YQ=="),
        ("btoa('\\xff\\x00')", "/wA="),
        ("atob('aGVsbG8=')", "hello"),
        ("atob(' YQ ')", "a"),
        ("[...new TextEncoder().encode('é€\\u{1F600}')]", [195, 169, 226, 130, 172, 240, 159, 152, 128]),
        ("[...new TextEncoder().encode('\\ud800')]", [239, 191, 189]),
        ("new TextDecoder().decode(new Uint8Array([195, 169, 255]))", "é�"),
        ("new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 65]))", "A"),
        ("structuredClone({a: [1, {b: 2}], d: new Date(5)}).d.getTime()", 5),
        (
            "(() => { const a = {}; a.self = a; const b = structuredClone(a); return b.self === b && b !== a })()",
            True,
        ),
        ("[...structuredClone(new Map([[1, {x: 2}]])).entries()]", [[1, {"x": 2}]]),
    ],
)
def test_text_and_bytes(expression, value, bench):
    assert bench.value(expression) == value


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("btoa('€')", "beyond Latin-1"),
        ("atob('a')", "not base64"),
        ("atob('*')", "not base64"),
        ("structuredClone(() => 1)", "function cannot be cloned"),
        ("new TextDecoder('utf-16')", "only utf-8"),
        ("new TextDecoder('utf-8', {fatal: true}).decode(new Uint8Array([255]))", "not valid UTF-8"),
        ("new URL('nothing')", "Invalid URL"),
        ("setTimeout('code')", "needs a function"),
    ],
)
def test_what_cannot_be_is_told(expression, message, bench):
    with pytest.raises(ScriptFailed, match=message):
        bench.value(expression)


URL = "new URL('https://user:p%40s@Example.com:8443/a b/c?x=1&y=two#frag')"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (f"{URL}.href", "https://user:p%40s@example.com:8443/a%20b/c?x=1&y=two#frag"),
        (f"{URL}.host", "example.com:8443"),
        (f"{URL}.hostname", "example.com"),
        (f"{URL}.port", "8443"),
        (f"{URL}.origin", "https://example.com:8443"),
        (f"{URL}.pathname", "/a%20b/c"),
        (f"{URL}.search", "?x=1&y=two"),
        (f"{URL}.hash", "#frag"),
        (f"{URL}.username", "user"),
        (f"{URL}.searchParams.get('y')", "two"),
        ("new URL('../x?y', 'http://h/a/b/c').href", "http://h/a/x?y"),
        ("new URL('http://h:80').href", "http://h/"),
        ("new URL('http://[::1]:8080/').host", "[::1]:8080"),
        (
            "(() => { const u = new URL('http://h/'); u.searchParams.append('a', 'b c'); return u.href })()",
            "http://h/?a=b+c",
        ),
        (
            "(() => { const u = new URL('http://h/?a=1'); u.search = 'b=2'; return u.searchParams.get('b') })()",
            "2",
        ),
        ("JSON.stringify({u: new URL('http://h')})", '{"u":"http://h/"}'),
        ("URL.canParse('http://h')", True),
        ("URL.canParse('/h')", False),
        ("new URLSearchParams('?a=1&a=2&b=%20+x').getAll('a')", ["1", "2"]),
        ("new URLSearchParams({a: 'é&', b: '~'}).toString()", "a=%C3%A9%26&b=%7E"),
        ("new URLSearchParams([['b', 1], ['a', 2]]).toString()", "b=1&a=2"),
        (
            "(() => { const p = new URLSearchParams('b=1&a=2&b=3'); p.set('b', 9); p.sort(); return String(p) })()",
            "a=2&b=9",
        ),
        (
            "(() => { const p = new URLSearchParams('a=1&b=2'); p.delete('a'); return [p.has('a'), p.size, [...p]] })()",
            [False, 1, [["b", "2"]]],
        ),
    ],
)
def test_urls(expression, value, bench):
    assert bench.value(expression) == value


def test_the_console_shows_values_as_text(bench):
    bench.value(
        "console.log('a', 1, {b: [2]}, undefined, null, 10n, () => 1) ?? console.error(new TypeError('x'))"
    )
    assert bench.said[0] == ("log", "log", 'a 1 {"b":[2]} undefined null 10n () => 1')
    assert bench.said[1][:2] == ("log", "error")
    assert bench.said[1][2].startswith("TypeError: x\n")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (
            "/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID())",
            True,
        ),
        ("crypto.getRandomValues(new Uint8Array(4)).length", 4),
        ("crypto.randomUUID() !== crypto.randomUUID()", True),
    ],
)
def test_random_values(expression, value, bench):
    assert bench.value(expression) == value


def test_web_crypto_digests_and_signs(bench):
    source = """
    const hex = buffer => [...new Uint8Array(buffer)].map(b => b.toString(16).padStart(2, '0')).join('');
    const bytes = text => new TextEncoder().encode(text);
    export default async function () {
      const key = await crypto.subtle.importKey('raw', bytes('key'), {name: 'HMAC', hash: 'SHA-256'}, false, ['sign', 'verify']);
      const signature = await crypto.subtle.sign('HMAC', key, bytes('data'));
      return [hex(await crypto.subtle.digest('SHA-1', bytes('abc'))), hex(signature).slice(0, 8),
        await crypto.subtle.verify('HMAC', key, signature, bytes('data')),
        await crypto.subtle.verify('HMAC', key, signature, bytes('other'))];
    }
    """
    assert bench.run(source) == ["a9993e364706816aba3e25717850c26c9cd0d89d", "5031fe3d", True, False]
