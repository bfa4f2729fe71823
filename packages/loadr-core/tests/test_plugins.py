import os.path
import pathlib
import pickle
from importlib.metadata import EntryPoint

import pytest

from loadr_config.models import Request
from loadr_core.errors import ExtensionError, PlanRefusedError
from loadr_core.plugins import ProtocolRegistry, Reference, extensions, schemes

REGISTRY = ProtocolRegistry({}, {"http": "http", "https": "http", "acme": "acme-protocol"})


@pytest.mark.parametrize(
    ("request_", "base_url", "protocol"),
    [
        ({"url": "https://host/"}, None, "http"),
        ({"url": "ACME://host/"}, None, "acme-protocol"),
        ({"url": "/path"}, "acme://host", "acme-protocol"),
        ({"url": "http://host/"}, "acme://host", "http"),
        ({"url": "${link}"}, "https://host", "http"),
        ({"url": "/", "protocol": "grpc"}, None, "grpc"),
        ({"url": "/", "protocol": "https"}, None, "http"),
        ({"url": "http://h/", "graphql": {"query": "{a}"}}, None, "graphql"),
        ({"url": "/path"}, None, "http"),
    ],
    ids=str,
)
def test_the_protocol_of_a_request(request_, base_url, protocol):
    assert REGISTRY.protocol_of(Request.model_validate(request_), base_url) == protocol


def test_a_scheme_that_nobody_knows_is_refused():
    with pytest.raises(PlanRefusedError, match="the protocol of scheme 'gopher' is not installed"):
        REGISTRY.protocol_of(Request(url="gopher://host/"), None)


def test_a_protocol_that_is_not_installed_is_refused_with_the_way_out():
    with pytest.raises(
        PlanRefusedError, match=r"protocol 'grpc' is not installed: pip install 'loadr\[grpc\]'"
    ):
        REGISTRY.load("grpc")


def entry_point(folder, value):
    """An installed distribution with one protocol."""
    info = folder / "acme_loadr-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-loadr\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(f"[loadr.protocols]\nacme = {value}\n")


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("no_such_module_anywhere:Handler", "cannot be loaded: ModuleNotFoundError"),
        ("pathlib:NoSuchName", "cannot be loaded: AttributeError"),
        ("pathlib:Path", "is not a ProtocolHandler"),
    ],
)
def test_a_broken_plugin_is_named_with_its_distribution(value, problem, tmp_path, monkeypatch):
    entry_point(tmp_path, value)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ExtensionError, match=f"loadr.protocols 'acme' of acme-loadr 1.2 {problem}"):
        ProtocolRegistry.installed().load("acme")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("pathlib:Path", pathlib.Path),
        ("pathlib:Path.home", pathlib.Path.home),
        ("os.path : join [extra]", os.path.join),
        ("pathlib", pathlib),
    ],
)
def test_a_reference_is_loaded_as_its_entry_point(value, expected):
    assert Reference(value).load() == EntryPoint("x", value, "loadr.x").load() == expected


def test_what_is_installed_travels_to_other_processes():
    registry = pickle.loads(pickle.dumps(ProtocolRegistry.installed()))
    assert registry.load("http") is ProtocolRegistry.installed().load("http")
    assert registry.protocol_of(Request(url="https://host/"), None) == "http"


def test_schemes_are_read_without_importing_anything():
    assert {"http": "http", "https": "http"}.items() <= schemes().items()
    assert extensions("loadr.protocols")["http"].distribution.startswith("loadr-protocols ")
