from loadr_js.engine import JsEngine
from loadr_testing.conformance import ScriptEngineConformance


class TestJavaScript(ScriptEngineConformance):
    engine_class = JsEngine
    source = """
    import {sleep} from 'k6';
    let n = 0;
    export const echo = value => value;
    export function fail() { throw new Error('on purpose') }
    export const count = () => ++n;
    export function rest(seconds) { sleep(seconds) }
    """
