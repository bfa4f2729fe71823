"""gRPC in scripts as users run them; that k6's own scripts give the same is for `tests/k6/test_grpc.py` to say."""

import shutil
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[2]

LIBRARY = """
import grpc from 'k6/net/grpc';

const client = new grpc.Client();
client.load(['protos'], 'shop.proto');
const ADDRESS = __ENV.ADDRESS;

export function setup() {
  client.connect(ADDRESS, {plaintext: true});
  const health = client.healthCheck('shop.v1.Shop');
  let unknown;
  try { client.healthCheck('none'); } catch (error) { unknown = error.message; }
  client.close();
  return {serving: health.status === grpc.HealthCheckServing, unknown};
}
export function calls(data) {
  check(data, {serving: (x) => x.serving, 'a service that is not there': (x) => x.unknown.startsWith('rpc error: code = NotFound')});
  client.connect(ADDRESS, {plaintext: true});
  check(client.invoke('shop.v1.Shop/GetProduct', {id: 1}), {found: (r) => r.message.id === 1});
  check(client.invoke('shop.v1.Shop/GetProduct', {id: 99}), {missing: (r) => r.status === grpc.StatusNotFound});
  client.close();
}
export function hangs() {
  client.connect(ADDRESS, {plaintext: true});
  const stream = new grpc.Stream(client, 'shop.v1.Shop/Quote');
  stream.on('data', () => {});
  stream.write({productId: 1, quantity: 1});
}
export function throwsUp() {
  client.connect(ADDRESS, {plaintext: true});
  const stream = new grpc.Stream(client, 'shop.v1.Shop/ListProducts');
  stream.on('data', () => { throw new TypeError('on purpose'); });
  stream.write({count: 100, intervalMs: 1000});
}
"""


@pytest.fixture
def library(loadr):
    (loadr.folder / "protos").mkdir()
    shutil.copy(ROOT / "examples" / "shop.proto", loadr.folder / "protos")
    (loadr.folder / "library.js").write_text(LIBRARY, encoding="utf-8")
    return "library.js"


@pytest.fixture
def run_library(run, plans, library, target):
    def running(**scenarios):
        plan = plans.document({"js": {"file": library}, "scenarios": scenarios})
        return run(plan, "-e", f"ADDRESS={target.url.removeprefix('http://')}")

    return running


def test_calls_of_a_plans_script(run_library):
    done, result = run_library(
        a={"executor": "per-vu-iterations", "vus": 2, "iterations": 3, "exec": "calls"}
    )
    assert done.code == 0, done
    assert result.total("iterations") == 6
    checks = {check.name: (check.passes, check.fails) for check in result.summary.checks}
    assert checks == dict.fromkeys(("serving", "a service that is not there", "found", "missing"), (6, 0))
    assert result.total("grpc_reqs") == 2 + 12
    # In a plan the failures of all protocols count together.
    assert result.metric("http_req_failed").agg.sum == 1 + 6


def test_a_stream_that_never_ends_is_interrupted(run_library):
    done, result = run_library(
        a={"executor": "constant-vus", "vus": 3, "duration": "1s", "graceful_stop": "0s", "exec": "hangs"},
        b={"executor": "per-vu-iterations", "vus": 1, "iterations": 2, "exec": "calls"},
    )
    assert done.code == 0, done
    assert result.total("interrupted_iterations") == 3
    assert result.total("grpc_streams") == 3
    assert result.total("grpc_streams_msgs_sent") == result.total("grpc_streams_msgs_received") == 3
    assert result.total("iterations") == 2


def test_a_listener_that_throws_ends_its_iteration(run_library):
    done, result = run_library(
        a={"executor": "per-vu-iterations", "vus": 1, "iterations": 2, "exec": "throwsUp"}
    )
    assert result.total("vu_exceptions") == 2, done
    (thrown,) = result.summary.failures.exceptions
    assert thrown.name.startswith("library.js:")
    assert (thrown.cause, thrown.count) == ("TypeError: on purpose", 2)


BROKEN = {
    # name: (proto, what is loaded, words)
    "syntax": (
        'syntax = "proto3";\nmessage A { int32 = 1; }',
        "'a.proto'",
        "a.proto:2:19: Expected field name",
    ),
    "an import that is not there": (
        'syntax = "proto3";\nimport "b.proto";',
        "'a.proto'",
        "b.proto: File not found",
    ),
    "no file": ("", "'none.proto'", "there is no file 'none.proto'"),
    "outside": ("", "'../a.proto'", "../a.proto: is outside"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_protos_that_cannot_be_loaded_are_told_before_the_run(case, loadr):
    proto, loaded, words = BROKEN[case]
    (loadr.folder / "a.proto").write_text(proto, encoding="utf-8")
    script = f"import {{Client}} from 'k6/net/grpc';\nconst c = new Client();\nc.load([], {loaded});\n"
    (loadr.folder / "script.js").write_text(f"{script}export default () => {{}};\n", encoding="utf-8")
    done = loadr("run", "script.js")
    assert done.code == 107, done
    assert words in done.stderr
    assert "--> script.js:3:" in done.stderr
    assert "Traceback" not in done.stderr
