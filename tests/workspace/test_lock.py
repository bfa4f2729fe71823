"""The committed lock names versions and hashes, and no machine's index."""

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "uv.lock").read_text(encoding="utf-8")

spec = importlib.util.spec_from_file_location("lock", ROOT / "scripts/lock.py")
lock = importlib.util.module_from_spec(spec)
spec.loader.exec_module(lock)

# (as uv writes it, as we commit it)
REWRITES = [
    pytest.param(
        'source = { registry = "https://mirror.example:8443/repository/pypi/simple/" }',
        'source = { registry = "https://index.invalid/simple" }',
        id="the index",
    ),
    pytest.param(
        'source = { registry = "http://10.0.0.7/simple" }',
        'source = { registry = "https://index.invalid/simple" }',
        id="an index without TLS",
    ),
    pytest.param(
        'sdist = { url = "https://files.example/a/b/click-8.1.tar.gz", hash = "sha256:00", size = 1 }',
        'sdist = { path = "click-8.1.tar.gz", hash = "sha256:00", size = 1 }',
        id="a source archive",
    ),
    pytest.param(
        '    { url = "https://files.example/a/b/click-8.1-py3-none-any.whl", hash = "sha256:00" },',
        '    { filename = "click-8.1-py3-none-any.whl", hash = "sha256:00" },',
        id="a wheel",
    ),
    pytest.param(
        'source = { editable = "packages/loadr" }', 'source = { editable = "packages/loadr" }', id="ours"
    ),
]


@pytest.mark.parametrize(("written", "committed"), REWRITES)
def test_addresses_go_and_everything_else_stays(written, committed):
    assert lock.without_addresses(written) == committed


names = st.from_regex(r"[a-z0-9_]+-[0-9.]+", fullmatch=True)
hosts = st.from_regex(r"[a-z]+(\.[a-z]+)?(:[0-9]{2,4})?(/[a-z~]+){0,3}", fullmatch=True)
entries = st.one_of(
    st.builds('source = {{ registry = "https://{}/simple" }}'.format, hosts),
    st.builds('sdist = {{ url = "https://{}/{}.tar.gz", hash = "sha256:0f" }}'.format, hosts, names),
    st.builds('    {{ url = "https://{}/{}-py3-none-any.whl", hash = "sha256:0f" }},'.format, hosts, names),
)


@given(st.lists(entries).map("\n".join))
def test_rewriting_leaves_no_address_and_a_second_time_changes_nothing(text):
    once = lock.without_addresses(text)
    assert set(re.findall(r"https?://([^/\"]+)", once)) <= {"index.invalid"}
    assert lock.without_addresses(once) == once


def test_the_committed_lock_has_no_address_but_the_neutral_one():
    assert set(re.findall(r"https?://[^\"]+", LOCK)) == {lock.NEUTRAL_INDEX}
    assert lock.without_addresses(LOCK) == LOCK


def test_every_locked_file_has_a_hash():
    for package in tomllib.loads(LOCK)["package"]:
        if "registry" in package["source"]:
            files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
            assert files, package["name"]
            assert all(file["hash"].startswith("sha256:") for file in files), package["name"]


def test_the_lock_agrees_with_every_pyproject():
    assert lock.check(ROOT) == []


def test_a_requirement_that_the_lock_misses_is_noticed(workspace):
    member = workspace / "packages/loadr-config/pyproject.toml"
    text = member.read_text(encoding="utf-8")
    member.write_text(
        text.replace("dependencies = [", 'dependencies = [\n    "left-out>=1",'), encoding="utf-8"
    )
    assert lock.check(workspace) == ["uv.lock does not agree with the pyproject.toml files"]


def test_an_address_in_the_lock_is_noticed(workspace):
    file = workspace / "uv.lock"
    file.write_text(LOCK.replace(lock.NEUTRAL_INDEX, "https://mirror.example/simple", 1), encoding="utf-8")
    assert "uv.lock holds index addresses" in lock.check(workspace)
