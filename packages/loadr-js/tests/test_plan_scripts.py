"""A VU's script as a plan uses it: globals, session, responses, expressions, statements."""

import asyncio

import pytest

from loadr_config.metrics import MetricKind
from loadr_config.summary import Aggregate, MetricSummary, Summary
from loadr_core.clock import SystemClock
from loadr_core.cookies import CookieJar
from loadr_core.spi import Response, Scope, ScriptAbort, ScriptContext, ScriptError, ScriptSource, VuContext
from loadr_js.engine import JsEngine
from loadr_testing.fakes.scripts import FakeHost

pytestmark = pytest.mark.usefixtures("access")

SUMMARY = Summary(
    name="s",
    run_id="r",
    seed=1,
    loadr_version="0",
    started_ms=0,
    ended_ms=1,
    duration_secs=1.0,
    scenarios=[],
    metrics=[MetricSummary(metric="http_reqs", kind=MetricKind.COUNTER, agg=Aggregate(sum=8, per_second=8))],
    checks=[],
    thresholds=[],
    thresholds_passed=True,
)


class Answer(Response):
    """A response with a body of JSON."""

    def __init__(self, body=b'{"id": 7}', status=200):
        self.status, self.proto, self.error_kind, self.error, self.row = status, "HTTP/1.1", None, None, ()
        self._body = body

    @property
    def body(self):
        return self._body

    @property
    def headers(self):
        return {"content-type": "application/json"}

    @property
    def duration(self):
        return 0.25


def opened(text, tmp_path, config=None, answer=lambda _request: Answer()):
    engine = JsEngine(ScriptContext(SystemClock(), tmp_path, {"WHO": "me"}, config=config or {}))
    module = engine.load(ScriptSource(text, "script.js"))
    scope = Scope(VuContext(3, "main"), 5, CookieJar())
    scope.rows = {"users": {"name": "ann"}}
    return module.open(FakeHost(scope, answer))


@pytest.fixture
def call(tmp_path):
    def calling(body, **options):
        script = opened(f"export function f() {{ {body} }}", tmp_path, **options)
        return asyncio.run(script.call("f")), script

    return calling


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("session.vars.a = {b: [1]}; return session.vars.a", {"b": [1]}),
        ("session.vars.a = 1; delete session.vars.a; return Object.keys(session.vars)", []),
        ("return session.vars.nothing === undefined", True),
        (
            "return [session.vu, session.iteration, session.scenario, __VU, __ITER, __ENV.WHO]",
            [3, 0, "main", 3, 0, "me"],
        ),
        ("return session.data('users').name", "ann"),
        ("session.cookieSet('http://h/', 'a', 'b'); return session.cookieGet('http://h/x', 'a')", "b"),
        (
            "const r = http.get('/x'); return [r.duration_ms, r.protocol, r.headers['content-type'], r.json('id')]",
            [250, "HTTP/1.1", "application/json", 7],
        ),
        ("return http.batch(['/a', '/b']).length", 2),
        ("return JSON.parse(JSON.stringify(http.get('/x'))).status", 200),
        ("const names = []; for (const name in http.get('/x')) names.push(name); return names.length", 16),
        ("return [1, 2, 3].map(() => http.get('/x').json('id'))", [7, 7, 7]),
        (
            "return [1, 2, 3].map(n => http.post(`/x?${n}`, {n})).map(r => [r.url, r.status, r.json('id')])",
            [["/x?1", 200, 7], ["/x?2", 200, 7], ["/x?3", 200, 7]],
        ),
        (
            "return ['text', 'none', 'text'].map(responseType => http.get('/x', {responseType}).body)",
            ['{"id": 7}', None, '{"id": 7}'],
        ),
        (
            "http.post('/x', 'a'); const {call} = __loadr; return [call('kind', 0)[2], http.post('/y', 'b').url]",
            [200, "/y"],
        ),
        ("return [1, 2].map(() => http.get('http://u:p@h/x').url)", ["http://h/x", "http://h/x"]),
        ("return crypto.uuidv4().length", 36),
        ("return crypto.sha256('a', 'hex').slice(0, 8)", "ca978112"),
        ("return encoding.b64encode('a')", "YQ=="),
        ("return Math.random() < 1 && Math.random() !== Math.random()", True),
    ],
)
def test_the_globals_of_a_plan_s_script(body, value, call):
    assert call(body)[0] == value


def test_an_object_is_json_for_the_global_http_and_a_form_for_the_imported_one(tmp_path):
    script = opened(
        "import k6http from 'k6/http'; export function f() { http.post('/a', {x: 1}); k6http.post('/b', {x: 1}) }",
        tmp_path,
    )
    asyncio.run(script.call("f"))
    one, other = script.host.requests
    assert (one.body, dict(one.headers)["Content-Type"]) == (b'{"x":1}', "application/json")
    assert (other.body, other.content_type) == (b"x=1", "application/x-www-form-urlencoded")


@pytest.mark.parametrize(
    ("sent", "field", "value"),
    [
        ("http.get('/x', {timeout: '2s'})", "timeout", 2.0),
        ("http.get('/x', {timeout: 1500})", "timeout", 1.5),
        ("http.get('/x', {redirects: 0})", "follow_redirects", False),
        ("http.get('/x', {redirects: 3})", "max_redirects", 3),
        ("http.get('http://u:p@h/x', {auth: 'digest'})", "credentials", ("u", "p")),
        ("http.get('/x', {name: 'n'})", "name", "n"),
        ("http.get('/x', {tags: {a: 1}})", "tags", (("a", "1"),)),
        ("http.get('/x', {headers: {A: 1}})", "headers", (("A", "1"),)),
        ("http.get('/x', {responseType: 'none'})", "keeps_body", False),
        (
            "http.get('/x', {responseCallback: http.expectedStatuses(404, {min: 500, max: 503})})",
            "expected_statuses",
            ((404, 404), (500, 503)),
        ),
        ("http.get('http://u:p@h/x')", "url", "http://h/x"),
        ("http.get('http://u:p@h/x')", "headers", (("Authorization", "Basic dTpw"),)),
        ("http.post('/x', new Uint8Array([1, 255]).buffer)", "body", b"\x01\xff"),
        ("http.request('get', '/x')", "method", "GET"),
        ("http.del('/x')", "method", "DELETE"),
        ("http.get(http.url`/x/${1}`)", "name", "/x/${}"),
    ],
)
def test_a_request_is_what_the_script_says(sent, field, value, call):
    _, script = call(sent)
    assert getattr(script.host.requests[0], field) == value


def test_a_multipart_body_has_its_parts(call):
    _, script = call("http.post('/x', {a: '1', f: http.file('data', 'f.txt', 'text/plain')})")
    (request,) = script.host.requests
    assert request.content_type.startswith("multipart/form-data; boundary=")
    assert b'name="a"\r\n\r\n1\r\n' in request.body
    assert b'name="f"; filename="f.txt"\r\nContent-Type: text/plain\r\n\r\ndata\r\n' in request.body


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("http.get('/x', {responseType: 'blob'})", "responseType must be"),
        ("session.data('nothing')", "no data source 'nothing'"),
        ("http.get('/x').json().a.b", "cannot read property"),
        ("open('../outside.txt')", "outside of the plan's folder"),
        ("open('missing.txt')", "No such file"),
    ],
)
def test_a_mistake_is_told_with_its_place(body, message, call):
    with pytest.raises(ScriptError, match=message) as raised:
        call(body)
    assert raised.value.site.startswith("script.js:1:")


def test_expressions_see_responses_and_cannot_wait(tmp_path):
    script = opened("", tmp_path)
    names = {"response": Answer()}
    assert script.value("response.json().id === 7 && response.status === 200", names) is True
    assert script.value("response === null", {"response": None}) is True
    with pytest.raises(ScriptError, match="cannot wait here"):
        script.value("http.get('/x')", {})
    with pytest.raises(ScriptError, match="SyntaxError"):
        script.value("1 +", {})


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("await Promise.resolve(7)", 7),
        ("Promise.all([1, Promise.resolve(2)])", [1, 2]),
        ("(async () => { await null; return 'later' })()", "later"),
        ("'await'.length", 5),
    ],
)
def test_an_expression_may_be_a_promise_that_waits_for_nothing_outside(expression, value, tmp_path):
    assert opened("", tmp_path).value(expression, {}) == value


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("http.get('/x').status", "cannot wait here, neither for a request nor for a timer"),
        ("http.asyncRequest('GET', '/x')", "cannot wait here"),
        ("await http.asyncRequest('GET', '/x')", "cannot wait here"),
        ("new Promise(done => setTimeout(done, 1))", "cannot wait here"),
        ("sleep(1)", "cannot wait here"),
        ("new Promise(() => {})", "never settles"),
        ("Promise.reject(new TypeError('no'))", "TypeError.*no"),
        ("(() => { throw null })()", "thrown: null"),
    ],
)
def test_an_expression_that_would_wait_says_so_and_leaves_nothing_behind(expression, message, tmp_path):
    async def main():
        script = opened("", tmp_path)
        with pytest.raises(ScriptError, match=message):
            script.value(expression, {})
        await script.run("session.vars.a = 1")
        return script.host.scope.variables

    assert asyncio.run(main()) == {"a": 1}


def test_an_expression_cannot_end_the_test(tmp_path):
    script = opened(
        "import exec from 'k6/execution'; globalThis.exec = exec; export function f() { return 1 }", tmp_path
    )
    with pytest.raises(ScriptError, match="an expression cannot end the test"):
        script.value("exec.test.abort('enough')", {})
    assert asyncio.run(script.call("f")) == 1


def test_an_expression_does_not_touch_a_script_that_waits_in_another_branch(tmp_path):
    async def main():
        script = opened("", tmp_path)
        resting = asyncio.ensure_future(script.run("sleep(3600)"))
        await script.host.sleeping.wait()
        with pytest.raises(ScriptError, match="runs in another branch"):
            script.value("1 + 1", {})
        resting.cancel()
        await asyncio.wait([resting])
        return script.value("1 + 1", {})

    assert asyncio.run(main()) == 2


@pytest.mark.parametrize(
    "code", ["session.vars.a = 1", "await null; session.vars.a = 1", "// only a comment\nsession.vars.a = 1"]
)
def test_statements_run(code, tmp_path):
    script = opened("", tmp_path)
    asyncio.run(script.run(code))
    assert script.host.scope.variables == {"a": 1}


@pytest.mark.parametrize("access", ["symbols"], indirect=True)  # without them nothing interrupts it
def test_an_abort_ends_the_test(tmp_path):
    script = opened(
        "import exec from 'k6/execution'; export function f() { try { exec.test.abort('enough') } catch (e) {} for (;;) {} }",
        tmp_path,
    )
    with pytest.raises(ScriptAbort, match="enough") as raised:
        asyncio.run(script.call("f"))
    assert raised.value.reach == "test"


def test_a_script_marks_the_run_as_failed_and_goes_on(tmp_path):
    script = opened(
        "import exec from 'k6/execution'; export function f() { exec.test.fail('bad'); exec.test.fail(); return 1 }",
        tmp_path,
    )
    assert asyncio.run(script.call("f")) == 1
    assert script.host.marked == ["bad", ""]


def test_draws_follow_the_seed(tmp_path):
    def draws():
        script = opened("export function f() { return [Math.random(), crypto.randomUUID()] }", tmp_path)
        return asyncio.run(script.call("f"))

    assert draws() == draws()


def test_a_script_run_directly_has_k6_s_rules(tmp_path):
    config = {"as_script": True, "settings": {"scenario_environment": {"main": {"WHO": "scenario"}}}}
    script = opened(
        "export function f() { return [typeof session, typeof check, __ENV.WHO] } export function handleSummary() {}",
        tmp_path,
        config,
    )
    script.host.scope.cookies.set("http://h/", "a", "b", 0.0)
    assert asyncio.run(script.call("f")) == ["undefined", "undefined", "scenario"]
    assert script.host.scope.cookies.for_url("http://h/", 0.0) == []


def test_a_plan_s_script_makes_the_summary_with_metrics_by_number_and_by_name(tmp_path):
    text = """
    export function handleSummary(data) {
      return {'out.txt': `${data.schema} ${data.metrics[0].metric} ${data.metrics.http_reqs.values.count}`, stdout: 'done'};
    }
    """
    texts = JsEngine.summarize(ScriptSource(text, "script"), tmp_path, {}, {}, SUMMARY)
    assert texts == {"out.txt": "1 http_reqs 8", "stdout": "done"}


def test_a_script_without_a_summary_leaves_it_alone(tmp_path):
    assert JsEngine.summarize(ScriptSource("", "script"), tmp_path, {}, {}, SUMMARY) is None


@pytest.mark.parametrize(
    ("body", "message"), [("return 5", "must return text"), ("throw new TypeError('broken')", "broken")]
)
def test_a_summary_that_fails_is_told(body, message, tmp_path):
    source = ScriptSource(f"export function handleSummary() {{ {body} }}", "script")
    with pytest.raises(ScriptError, match=message):
        JsEngine.summarize(source, tmp_path, {}, {}, SUMMARY)


def test_a_main_module_in_typescript_loses_its_types(tmp_path):
    engine = JsEngine(ScriptContext(SystemClock(), tmp_path))
    text = "import type { Options } from 'k6/options';\nexport function f(x: number): number { return x + 1 }"
    assert engine.load(ScriptSource(text, "script.ts")).exports == {"f"}
    with pytest.raises(ScriptError, match=r"SyntaxError at script.ts:2:1: an enum"):
        engine.load(ScriptSource("const a: number = 1;\nenum B { C }", "script.ts"))


def test_iterations_of_a_scenario_are_numbered_over_users_and_workers(tmp_path):
    context = ScriptContext(SystemClock(), tmp_path, config={"as_script": True}, instance=1, instances=3)
    text = (
        "import exec from 'k6/execution';\n"
        "export default () => [exec.scenario.iterationInInstance, exec.scenario.iterationInTest];"
    )
    module = JsEngine(context).load(ScriptSource(text, "script.js"))
    scripts = [module.open(FakeHost(Scope(VuContext(vu, "main"), 5, CookieJar()))) for vu in (1, 2)]

    async def numbers():
        found = []
        for iteration in (0, 1):
            for script in scripts:
                script.host.scope.iteration = iteration
                found.append(await script.call("default"))
        return found

    assert asyncio.run(numbers()) == [[0, 1], [1, 4], [2, 7], [3, 10]]


def test_a_metric_of_a_script_is_made_at_its_top_level(tmp_path):
    text = "import {Counter} from 'k6/metrics'; export default () => { new Counter('late') }"
    script = opened(text, tmp_path, {"as_script": True})
    with pytest.raises(ScriptError, match="'late' must be made at the script's top level"):
        asyncio.run(script.call("default"))


@pytest.mark.parametrize(
    ("code", "within"),
    [
        ("nothing.there", (1, 1)),
        ("const a = 1;\n  nothing.there", (2, 3)),
        ("await 1; nothing.there", (1, 10)),
        ("[1].map(x =>\n x.y.z)", (2, 2)),
        ("bad()", None),
    ],
)
def test_a_step_is_told_by_its_own_line(code, within, tmp_path, request):
    script = opened("globalThis.bad = () => { null.x }", tmp_path)
    with pytest.raises(ScriptError) as failed:
        asyncio.run(script.run(code))
    if (
        request.node.callspec.params["access"] == "plain"
    ):  # the engine alone tells nothing of code without a file
        within = None
    assert failed.value.within == within
    if within is not None:
        assert failed.value.site == f"step:{within[0]}:{within[1]}"


def test_an_expression_is_told_by_its_own_line(tmp_path, request):
    script = opened("", tmp_path)
    with pytest.raises(ScriptError) as failed:
        script.value("response.a +\n b", {"response": None})
    assert failed.value.kind == "TypeError"
    is_plain = request.node.callspec.params["access"] == "plain"
    assert failed.value.within == (None if is_plain else (1, 1))
