"""Options of a k6 script that change what happens on the wire, and what samples carry, against real servers."""

import asyncio
import json

import pytest

from loadr_testing.demo_target import DemoTarget
from loadr_testing.servers import LoopbackAuthority

pytestmark = pytest.mark.process

SCRIPT = """
import http from 'k6/http';
import {check} from 'k6';
export const options = {iterations: 3, insecureSkipTLSVerify: true, %s};
export default function () {
  check(http.get(`${__ENV.BASE}/json`), {ok: r => r.status === 200});
  check(http.get(`${__ENV.BASE}/json`), {ok: r => r.status === 200});
}
"""


def write(folder, options, script=SCRIPT):
    (folder / "script.js").write_text(script % options, encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "connections"),
    [("vus: 1", 1), ("noVUConnectionReuse: true", 3), ("noConnectionReuse: true", 6)],
)
def test_connections_are_kept_as_the_script_says(options, connections, loadr, target):
    write(loadr.folder, options)
    done = loadr("run", "script.js", "-e", f"BASE={target.url}", "--output", "json=samples.jsonl")
    assert done.code == 0, done
    assert len(opened(loadr.folder)) == connections


def opened(folder):
    return [
        sample
        for sample in samples_of(folder)
        if sample.get("metric") == "http_req_connecting" and sample["value"] > 0
    ]


def samples_of(folder):
    lines = (folder / "samples.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_samples_keep_the_tags_that_the_script_names(loadr, target):
    write(loadr.folder, "systemTags: ['status', 'check', 'group', 'scenario']")
    done = loadr("run", "script.js", "-e", f"BASE={target.url}", "--output", "json=samples.jsonl")
    assert done.code == 0, done
    kept = {tag for sample in samples_of(loadr.folder) for tag in sample.get("tags", {})}
    assert kept <= {"status", "check", "group", "scenario", "instance"}
    assert {"status", "scenario"} <= kept


@pytest.mark.parametrize(("domain", "code"), [("127.0.0.1", 0), ("*.test", 99), ("", 0)])
async def test_a_client_certificate_is_shown_to_its_domains(domain, code, loadr):
    authority = LoopbackAuthority()
    authority.write_certificate(loadr.folder, "client.example")
    domains = f"domains: ['{domain}'], " if domain else ""
    write(
        loadr.folder,
        f"tlsAuth: [{{{domains}cert: open('certificate.pem'), key: open('key.pem')}}], thresholds: {{checks: ['rate==1']}}",
    )
    context = authority.server_context(require_client_certificate=True)
    async with DemoTarget(ssl_context=context) as target:
        done = await asyncio.to_thread(
            loadr, "run", "script.js", "-e", f"BASE={target.url}", "--summary-export", "summary.json"
        )
    assert done.code == code, done
    key = (loadr.folder / "key.pem").read_text(encoding="utf-8").splitlines()[1]
    assert key not in (loadr.folder / "summary.json").read_text(encoding="utf-8")


def test_a_setup_that_takes_too_long_ends_the_run(loadr, target):
    write(
        loadr.folder,
        "setupTimeout: '200ms'",
        SCRIPT + "import {sleep} from 'k6'; export function setup() { sleep(30); }",
    )
    done = loadr("run", "script.js", "-e", f"BASE={target.url}")
    assert done.code != 0
    assert "setup took longer than 0.2 s; the option setupTimeout lets it" in " ".join(done.stdout.split())


@pytest.mark.parametrize(("wish", "shown"), [("full", (3, 3)), ("headers", (3, 0)), ("", (0, 0))])
def test_the_first_exchanges_are_shown_as_the_script_wishes(wish, shown, loadr, target):
    script = """
    import http from 'k6/http';
    export const options = {%s};
    export default function () { http.get(`${__ENV.BASE}/json`); }
    """
    write(loadr.folder, f"iterations: 3, httpDebug: {wish!r}", script)
    done = loadr("run", "script.js", "-q", "-e", f"BASE={target.url}")
    assert done.code == 0, done
    told = done.stdout + done.stderr
    assert (told.count("< HTTP/1.1 200 OK"), told.count('"service"')) == shown
