"""The commands beside `run`."""

import http.client
import os
import re
import signal
import subprocess
import sys
from importlib.metadata import version

import pytest

pytestmark = pytest.mark.process

HEAVY = (
    "asyncio",
    "loadr_config",
    "loadr_core",
    "loadr_report",
    "numpy",
    "pydantic",
    "rich",
    "ruamel",
    "yaml",
)

HELP = f"""
import sys
from loadr_cli.main import main
sys.argv[1:] = ["--help"]
try:
    main()
finally:
    print(*(name for name in {HEAVY} if name in sys.modules), file=sys.stderr)
"""


def test_help_imports_nothing_heavy():
    done = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, check=True)
    assert "demo-target" in done.stdout
    assert done.stderr.split() == []


def test_version_tells_what_is_installed(loadr):
    done = loadr("version", module="loadr")
    assert done.code == 0, done
    assert f"loadr-cli {version('loadr-cli')}" in done.stdout
    assert re.search(r"^event loop: (uvloop|asyncio)$", done.stdout, re.MULTILINE)
    assert re.search(r"^protocols:\n(  .*\n)*  http \(loadr-protocols ", done.stdout, re.MULTILINE)


def test_without_uvloop_asyncio_does_it(loadr, run, plans, step, target, tmp_path):
    """As on Windows, where there is none."""
    (tmp_path / "lacking").mkdir()
    (tmp_path / "lacking/uvloop.py").write_text('raise ModuleNotFoundError("No module named uvloop")\n')
    lacking = {"PYTHONPATH": str(tmp_path / "lacking")}
    assert "event loop: asyncio\n" in loadr("version", env=lacking).stdout
    none_fails = {"thresholds": {"http_req_failed": "rate==0"}}
    flow = (step("/json"), step("/echo", method="POST", body="x" * 300_000))
    plan = plans.one(*flow, vus=4, iterations=10, rest=none_fails)
    done, result = run(plan, env=lacking)
    assert done.code == 0, done
    assert result.total("http_reqs") == target.count() == 80


def test_completions_for_bash_are_bash_and_complete(loadr):
    script = loadr("completions", "bash")
    assert script.code == 0, script
    subprocess.run(["bash", "-n"], input=script.stdout, text=True, check=True)
    asked = {"_LOADR_COMPLETE": "bash_complete", "COMP_WORDS": "loadr demo", "COMP_CWORD": "1"}
    assert loadr(env=asked).stdout.split() == ["plain,demo", "plain,demo-target"]
    asked = {"_LOADR_COMPLETE": "bash_complete", "COMP_WORDS": "loadr run --summ", "COMP_CWORD": "2"}
    assert "--summary-export" in loadr(env=asked).stdout


@pytest.mark.parametrize(
    ("shell", "line"), [("zsh", "#compdef loadr"), ("fish", "complete --no-files --command loadr")]
)
def test_completions_for_other_shells(shell, line, loadr):
    done = loadr("completions", shell)
    assert done.code == 0, done
    assert line in done.stdout


def test_demo_passes_and_says_where_its_report_is(loadr):
    done = loadr("demo", "--report", "demo.html", "--no-color")
    assert done.code == 0, done
    report = loadr.folder / "demo.html"
    assert f"HTML report: {report.resolve()}" in done.stdout
    assert "✓ passed: 4 thresholds held" in done.stdout
    assert report.read_text(encoding="utf-8").startswith("<!")


def test_demo_can_be_interrupted(loadr, target_at):
    running = loadr.start("demo")
    address = re.search(r"demo target at (\S+),", running.line("demo target at"))
    target_at(address[1]).until(20)
    running.signal(signal.SIGINT)
    done = running.end()
    assert done.code == 105, done
    assert "stopped by SIGINT" in done.stdout
    assert (loadr.folder / "loadr-demo-report.html").exists()


def test_the_demo_target_serves_until_it_is_interrupted(loadr):
    running = loadr.start("demo-target", "--port", "0")
    address = re.match(r"demo target at http://127\.0\.0\.1:(\d+)", running.process.stdout.readline())
    connection = http.client.HTTPConnection("127.0.0.1", int(address[1]), timeout=10)
    connection.request("GET", "/health")
    assert connection.getresponse().read() == b'{"status": "ok"}'
    connection.close()
    occupied = loadr("demo-target", "--port", address[1])
    assert occupied.code == 1
    assert f"error: cannot listen on 127.0.0.1:{address[1]}" in occupied.stderr
    running.signal(signal.SIGINT)
    done = running.end()
    assert (done.code, done.stderr) == (0, "")


def test_an_interrupt_while_the_plan_is_read_is_no_traceback(loadr):
    fifo = loadr.folder / "plan.yaml"
    os.mkfifo(fifo)
    running = loadr.start("run", fifo)
    with fifo.open("w"):  # opens when the command reads
        running.signal(signal.SIGINT)
        done = running.end()
    assert (done.code, done.stderr.strip()) == (130, "interrupted")


def test_a_summary_is_rendered_again_in_every_form(loadr, plans, run, tmp_path, step):
    plan = plans.one(step("/json", checks=[{"type": "status", "equals": 200}]))
    done, _ = run(plan, "--junit", tmp_path / "now.xml", "--markdown", tmp_path / "now.md")
    assert done.code == 0, done
    for suffix, mark in (("html", "<!doctype html>"), ("md", "## "), ("xml", "<?xml"), ("txt", "checks")):
        file = tmp_path / f"later.{suffix}"
        assert loadr("report", tmp_path / "summary.json", "-o", file).code == 0
        assert mark in file.read_text(encoding="utf-8")
    assert (tmp_path / "now.xml").read_text() == (tmp_path / "later.xml").read_text()
    assert (tmp_path / "now.md").read_text() == (tmp_path / "later.md").read_text()
    missing = loadr("report", tmp_path / "missing.json")
    assert missing.code == 1
    assert "missing.json" in missing.stderr
