import asyncio
from pathlib import Path

import pytest

from loadr_core.clock import SystemClock
from loadr_core.cookies import CookieJar
from loadr_core.spi import Scope, ScriptAbort, ScriptContext, ScriptError, ScriptSource, VuContext, VuScript
from loadr_python.engine import PythonEngine
from loadr_testing.fakes.scripts import FakeHost


def opened(text: str, folder: Path = Path()) -> tuple[VuScript, FakeHost]:
    host = FakeHost(Scope(VuContext(3, "main")))
    engine = PythonEngine(ScriptContext(SystemClock(), folder))
    return engine.load(ScriptSource(text, "tasks.py")).open(host), host


def test_a_syntax_error_has_its_line() -> None:
    with pytest.raises(ScriptError) as caught:
        opened("x = 1\ndef f(:\n    pass\n")
    assert caught.value.site == "tasks.py:2"


def test_an_error_in_an_imported_module_has_the_place_there(tmp_path: Path) -> None:
    (tmp_path / "loadr_shop_helpers.py").write_text("def buy():\n    raise KeyError('basket')\n")
    script, _ = opened(
        "import loadr_shop_helpers\ndef main(session):\n    loadr_shop_helpers.buy()\n", tmp_path
    )
    with pytest.raises(ScriptError) as caught:
        asyncio.run(script.call("main"))
    assert (caught.value.kind, caught.value.site) == ("KeyError", "loadr_shop_helpers.py:2")


def test_a_session_checks_records_and_keeps_variables() -> None:
    script, host = opened(
        "async def main(session, data):\n"
        "    session.vars['seen'] = (session.vu, session.scenario, data)\n"
        "    session.check('ok', 1)\n"
        "    session.counter('sold', 2)\n"
    )
    asyncio.run(script.call("main", 7))
    assert host.scope.variables == {"seen": (3, "main", 7)}
    assert host.checks == [("ok", True)]
    assert host.recorded == [("counter", "sold", 2)]


def test_a_session_has_the_cookies_that_requests_send() -> None:
    script, host = opened(
        "def main(session):\n"
        "    jar, shop = session.cookies, 'http://shop.test/cart/'\n"
        "    session.vars['taken'] = (jar.set(shop, 'id', '7'), jar.set(shop, 'old', '1', 'Max-Age=0; Path=/'))\n"
        "    session.vars['seen'] = [jar.get(url, 'id') for url in (shop, 'http://shop.test/', 'http://other.test/cart/')]\n"
        "    session.vars['old'] = jar.get(shop, 'old')\n"
        "    jar.clear(shop)\n"
        "    session.vars['left'] = jar.get(shop, 'id')\n"
    )
    host.scope.cookies = CookieJar()
    asyncio.run(script.call("main"))
    seen = host.scope.variables
    assert seen["taken"][0]
    assert (seen["seen"], seen["old"], seen["left"]) == (["7", None, None], None, None)


@pytest.mark.parametrize(("call", "reach"), [("fail", "iteration"), ("abort_test", "test")])
def test_a_script_ends_more_than_its_call(call: str, reach: str) -> None:
    script, _ = opened(f"def main(session):\n    session.{call}('enough')\n")
    with pytest.raises(ScriptAbort, match="enough") as caught:
        asyncio.run(script.call("main"))
    assert caught.value.reach == reach


@pytest.mark.parametrize(
    ("options", "body", "content_type"),
    [
        ("json={'a': 1}", b'{"a":1}', "application/json"),
        ("data={'a': 'b c'}", b"a=b+c", "application/x-www-form-urlencoded"),
        ("data='text'", b"text", None),
    ],
)
def test_a_body_is_sent_as_what_it_is(options: str, body: bytes, content_type: str | None) -> None:
    script, host = opened(f"async def main(session):\n    await session.post('/x', {options})\n")
    with pytest.raises(ScriptError, match="no answer"):
        asyncio.run(script.call("main"))
    (request,) = host.requests
    assert (request.method, request.body, request.content_type) == ("POST", body, content_type)


def test_code_of_a_step_may_wait() -> None:
    script, host = opened("pause = 0\n")
    asyncio.run(script.run("await session.sleep(pause)"))
    assert host.slept == [0]


def test_an_expression_that_would_wait_is_refused() -> None:
    script, _ = opened("async def later():\n    return 1\n")
    with pytest.raises(ScriptError, match="cannot wait"):
        script.value("later()", {})


@pytest.mark.parametrize(
    ("parameters", "taken"),
    [("session", []), ("session, a", [1]), ("session, a, b", [1, 2]), ("session, *a", [1, 2])],
)
def test_a_function_gets_as_many_arguments_as_it_takes(parameters: str, taken: list[int]) -> None:
    names = parameters.removeprefix("session").lstrip(", ")
    script, _ = opened(f"def main({parameters}):\n    return [{names}]\n")
    assert asyncio.run(script.call("main", 1, 2)) == taken


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("check(True, 'ok')", "the name of a check is a text, not True"),
        ("trend(5, 1)", "the name of a metric is a text, not 5"),
    ],
)
def test_a_name_that_is_no_text_is_told_at_its_place(call: str, words: str) -> None:
    script, host = opened(f"def main(session):\n    session.{call}\n")
    with pytest.raises(ScriptError, match=words) as caught:
        asyncio.run(script.call("main"))
    assert (caught.value.kind, caught.value.site) == ("TypeError", "tasks.py:2")
    assert not host.checks


def test_tags_become_texts() -> None:
    script, host = opened("async def main(session):\n    await session.get('/x', tags={'n': 5})\n")
    with pytest.raises(ScriptError, match="no answer"):
        asyncio.run(script.call("main"))
    assert host.requests[0].tags == (("n", "5"),)
