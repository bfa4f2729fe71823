"""What the processes of a real run import: start-up time and memory are part of the promise."""

import re
import subprocess
import sys

import pytest

from loadr_core.worker.messages import Finished, Ready, Report
from loadr_testing.waiting import PATIENCE

pytestmark = pytest.mark.process

PLAN = """
scenarios:
  main:
    executor: shared-iterations
    vus: 2
    iterations: 10
    flow:
      - request: {url: "@URL@/get", checks: [{type: status, equals: 200}]}
"""

NEVER = {
    "worker": {
        "decimal",
        "difflib",
        "html",
        "importlib.metadata",
        "numpy",
        "tempfile",
        "pydantic",
        "pydantic_core",
        "ruamel",
        "click",
        "rich",
        "hdrh",
        "lxml",
        "publicsuffixlist",
        "loadr_cli",
        "loadr_config.loader",
        "loadr_core.control",
        "loadr_core.coordinator",
        "loadr_core.extraction.compile",
        "loadr_js",
        "loadr_outputs",
        "loadr_report",
        "loadr_testing",
    },
    "coordinator": {  # that is told to be quiet and writes no report
        "rich",
        "html",
        "xml",
        "loadr_report.console",
        "numpy",
        "uvloop",
        "lxml",
        "loadr_core.engine",
        "loadr_core.recording",
        "loadr_js",
        "loadr_outputs",
        "loadr_testing",
    },
    "listing": {  # what `loadr runs list` shows is in small records
        "rich",
        "numpy",
        "webbrowser",
        "hdrh",
        "loadr_report.console",
        "loadr_report.html",
        "loadr_core.coordinator",
    },
}


def imported(stderr):
    """The modules that `-X importtime` tells of."""
    return set(re.findall(r"^import time: +\d+ \| +\d+ \| +(\S+)$", stderr, re.MULTILINE))


def test_a_worker_imports_only_what_its_plan_needs(target, work, tmp_path):
    (tmp_path / "plan.yaml").write_text(PLAN.replace("@URL@", target.url))
    said, done = work(("-P", "-X", "importtime", "-m", "loadr_core.worker"), tmp_path / "plan.yaml")
    assert isinstance(said[0], Ready), said
    assert isinstance(said[-1], Finished), said
    last = [message for message in said if isinstance(message, Report)][-1]
    assert [scenario.iterations for scenario in last.scenarios] == [10]
    loaded = imported(done.stderr.decode())
    assert "loadr_protocols.http.handler" in loaded
    assert NEVER["worker"] & loaded == set()


def test_a_coordinator_imports_only_what_its_run_needs(target, tmp_path):
    (tmp_path / "plan.yaml").write_text(PLAN.replace("@URL@", target.url))
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "loadr_cli", "run", "--quiet", "plan.yaml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded = imported(done.stderr)
    assert "loadr_core.coordinator.run" in loaded
    assert NEVER["coordinator"] & loaded == set()


def test_listing_runs_imports_nothing_that_renders(tmp_path):
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "loadr_cli", "runs", "list", "--store", "runs"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded = imported(done.stderr)
    assert "loadr_report.store.store" in loaded
    assert NEVER["listing"] & loaded == set()
