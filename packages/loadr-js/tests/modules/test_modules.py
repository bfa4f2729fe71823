import base64
import hashlib
import hmac
import json

import pytest

from loadr_js.errors import ScriptFailed

pytestmark = pytest.mark.usefixtures("access")

DATA = {
    "name": {"first": "Tom", "last": "Anderson"},
    "age": 37,
    "children": ["Sara", "Alex", "Jack"],
    "fav.movie": "Deer Hunter",
    "friends": [
        {"first": "Dale", "last": "Murphy", "age": 44, "nets": ["ig", "fb", "tw"]},
        {"first": "Roger", "last": "Craig", "age": 68, "nets": ["fb", "tw"]},
        {"first": "Jane", "last": "Murphy", "age": 47, "nets": ["ig", "tw"]},
    ],
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("name.last", "Anderson"),
        ("age", 37),
        ("children", ["Sara", "Alex", "Jack"]),
        ("children.#", 3),
        ("children.1", "Alex"),
        ("child*.2", "Jack"),
        ("c?ildren.0", "Sara"),
        (r"fav\.movie", "Deer Hunter"),
        ("friends.#.first", ["Dale", "Roger", "Jane"]),
        ("friends.1.last", "Craig"),
        ('friends.#(last=="Murphy").first', "Dale"),
        ('friends.#(last=="Murphy")#.first', ["Dale", "Jane"]),
        ("friends.#(age>45)#.last", ["Craig", "Murphy"]),
        ('friends.#(first%"D*").last', "Murphy"),
        ('friends.#(first!%"D*").last', "Craig"),
        ('friends.#(nets.#(=="fb"))#.first', ["Dale", "Roger"]),
        ('children.#(!="Sara")#', ["Alex", "Jack"]),
        ("friends.#(age>45)#.#", 2),
        ("nothing", None),
        ("children.9", None),
        ("name.first.x", None),
    ],
)
def test_paths_of_json_are_those_of_gjson(path, value, bench):
    expression = f"select({json.dumps(DATA)}, {json.dumps(path)})"
    assert bench.value(expression, "import {select} from 'loadr/gjson'") == value


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha384", "sha512"])
def test_hashes_are_those_of_the_library(algorithm, bench):
    digest = hashlib.new(algorithm, "héllo".encode())
    keyed = hmac.new(b"key", "héllo".encode(), algorithm)
    source = f"""
    import crypto, {{{algorithm}, createHash, hmac}} from 'k6/crypto';
    export default function () {{
      const hasher = createHash('{algorithm}');
      hasher.update('hé');
      hasher.update(new TextEncoder().encode('llo'));
      return [{algorithm}('héllo', 'hex'), hasher.digest('base64'), hmac('{algorithm}', 'key', 'héllo', 'hex'),
        new Uint8Array(crypto.{algorithm}('héllo', 'binary')).length, {algorithm}('héllo', 'base64rawurl')];
    }}"""
    assert bench.run(source) == [
        digest.hexdigest(),
        base64.b64encode(digest.digest()).decode(),
        keyed.hexdigest(),
        digest.digest_size,
        base64.urlsafe_b64encode(digest.digest()).decode().rstrip("="),
    ]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("b64encode('héllo')", "aMOpbGxv"),
        ("b64encode('a?>', 'url')", "YT8-"),
        ("b64encode('a', 'rawstd')", "YQ"),
        ("b64encode(new Uint8Array([255, 254]).buffer)", "//4="),
        ("b64decode('aMOpbGxv', 'std', 's')", "héllo"),
        ("b64decode('YT8-', 'rawurl', 's')", "a?>"),
        ("b64decode(b64encode('a', null), null, 's')", "a"),
        ("[...new Uint8Array(b64decode('//4='))]", [255, 254]),
    ],
)
def test_encodings(expression, value, bench):
    assert bench.value(expression, "import {b64encode, b64decode} from 'k6/encoding'") == value


def test_checks_and_groups_tell_the_host(bench):
    source = """
    import {check, group, fail} from 'k6';
    export default function () {
      return group('outer', () => check(5, {'is five': v => v === 5, 'is six': v => v === 6, 'plain': 1}, {tag: 'x'}));
    }
    export function failing() { group('g', () => fail('no')) }
    export function asynchronous() { check(1, {c: async () => true}) }
    """
    assert bench.run(source) is False
    assert bench.said == [
        ("group_enter", "outer"),
        ("checks", ["is five", True, "is six", False, "plain", True], {"tag": "x"}),
        ("group_leave",),
    ]
    bench.said.clear()
    with pytest.raises(ScriptFailed, match="no"):
        bench.run(source, "failing")
    assert bench.said == [("group_enter", "g"), ("group_leave",)]
    with pytest.raises(ScriptFailed, match="is async"):
        bench.run(source, "asynchronous")


def test_metrics_tell_the_host(bench):
    source = """
    import {Trend, Counter, Rate, Gauge} from 'k6/metrics';
    const trend = new Trend('t', true), counter = new Counter('c'), rate = new Rate('r'), gauge = new Gauge('g');
    export default function () { trend.add(1.5, {a: 'b'}); counter.add(2); rate.add(true); gauge.add('3') }
    export function wrong() { counter.add('many') }
    """
    bench.run(source)
    assert bench.said[:4] == [
        ("metric_declare", "trend", "t", True),
        ("metric_declare", "counter", "c", False),
        ("metric_declare", "rate", "r", False),
        ("metric_declare", "gauge", "g", False),
    ]
    assert bench.said[4:] == [
        ("metric_add", "t", 1.5, {"a": "b"}),
        ("metric_add", "c", 2, None),
        ("metric_add", "r", 1, None),
        ("metric_add", "g", 3, None),
    ]
    bench.run(source, "wrong")
    warning = ("log", "warn", "c.add(many) has no effect: a number or a boolean is needed")
    assert bench.said[-1] == warning


SHARED = """
import {SharedArray} from 'k6/data';
let made = 0;
const users = new SharedArray('users', () => { made++; return [{name: 'a'}, {name: 'b'}, {name: 'c'}] });
"""


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("users.length", 3),
        ("users[1].name", "b"),
        ("users[3] === undefined", True),
        ("[...users].map(u => u.name)", ["a", "b", "c"]),
        ("users.filter(u => u.name > 'a').length", 2),
        ("users.find(u => u.name === 'c').name", "c"),
        ("Array.isArray(users)", True),
        ("2 in users", True),
        ("JSON.stringify(users)", '[{"name":"a"},{"name":"b"},{"name":"c"}]'),
        ("Object.isFrozen(users[0])", True),
        ("users.indexOf('x')", -1),
    ],
)
def test_a_shared_array_reads_like_an_array(expression, value, bench):
    assert bench.value(expression, SHARED) == value


def test_a_shared_array_is_made_once_for_all_users(bench):
    assert bench.value("made", SHARED) == 1
    assert bench.value("made", SHARED) == 0
    assert bench.value("users[2].name", SHARED) == "c"


@pytest.mark.parametrize(
    "change", ["users.push(1)", "users[0] = 1", "users[0].name = 'x'", "delete users[0]"]
)
def test_a_shared_array_cannot_be_changed(change, bench):
    with pytest.raises(ScriptFailed):
        bench.value(f"(() => {{ {change} }})()", SHARED)


HTML = """
import {parseHTML} from 'k6/html';
const doc = parseHTML(`<html><head><title>T</title></head><body>
<ul id="l"><li class="x" data-item-id="7">one</li><li>two</li><li class="x">three</li></ul>
<form action="/go" method="post"><input name="csrf" value="abc" type="hidden"><input name="q">
<input type="checkbox" name="c" checked><input type="checkbox" name="d">
<select name="s"><option value="1">a</option><option value="2" selected>b</option></select>
<textarea name="t">text</textarea><input type="submit" name="go" value="Go"></form></body></html>`);
"""


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("doc.find('title').text()", "T"),
        ("doc.find('li').size()", 3),
        ("doc.find('li').map((i, e) => i + e.text())", ["0one", "1two", "2three"]),
        ("doc.find('li.x').last().text()", "three"),
        ("doc.find('li').eq(1).text()", "two"),
        ("doc.find('li').first().next().text()", "two"),
        ("doc.find('li').last().prevAll().size()", 2),
        ("doc.find('li').first().parent().attr('id')", "l"),
        ("doc.find('li').first().closest('body').size()", 1),
        ("doc.find('ul').children('.x').size()", 2),
        ("doc.find('li').filter('.x').size()", 2),
        ("doc.find('li').not('.x').text()", "two"),
        ("doc.find('li').is('.x')", True),
        ("doc.find('body > *').has('li').attr('id')", "l"),
        ("doc.find('li').first().data('itemId')", 7),
        ("doc.find('li').attr('nothing', 'else')", "else"),
        ("doc.find('li').get(0).nodeName()", "li"),
        ("doc.find('#l').html().includes('<li')", True),
        ("doc.find('[name=csrf]').val()", "abc"),
        ("doc.find('select').val()", "2"),
        ("doc.find('textarea').val()", "text"),
        ("doc.find('form').serialize()", "c=on&csrf=abc&q=&s=2&t=text"),
        ("doc.find('form').serializeObject()", {"csrf": "abc", "q": "", "c": "on", "s": "2", "t": "text"}),
        ("doc.find('nothing').text()", ""),
        ("doc.find('nothing').attr('a') === undefined", True),
        ("doc.find('li').siblings().size()", 3),
        ("[...doc.find('li')].length", 3),
    ],
)
def test_a_document_is_read_as_in_k6(expression, value, bench):
    assert bench.value(expression, HTML) == value


def test_a_wrong_selector_is_told(bench):
    with pytest.raises(ScriptFailed, match="no CSS selector"):
        bench.value("doc.find('li[').size()", HTML)


def test_secrets_come_from_the_plan(bench):
    source = "import secrets from 'k6/secrets'; export default async () => await secrets.get('token')"
    assert bench.run(source) == "t0p"
