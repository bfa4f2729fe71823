"""What does not fit a message, and where."""

import pytest

from loadr_protocols.grpc.compiling import compile_protos
from loadr_protocols.grpc.descriptors import Descriptors
from loadr_protocols.grpc.judging import misfits

OLD = """
syntax = "proto2";
package old;
message Inner { required int32 size = 1; }
message Ask { required string id = 1; optional Inner inner = 2; repeated Inner inners = 3; extensions 100 to 110; }
service Old { rpc Get(Ask) returns (Ask); }
"""


def known(text):
    """Templates of one constant; others wait for the run."""
    filled = text.replace("${vars.x}", "5").replace("${vars.yes}", "true")
    return None if "${" in filled else filled


@pytest.fixture(scope="module")
def item(descriptors):
    return descriptors.method("shop.v1.Shop", "Echo").request


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """A message of proto2."""
    folder = tmp_path_factory.mktemp("protos")
    (folder / "old.proto").write_text(OLD)
    return Descriptors(compile_protos(("old.proto",), (), folder)).method("old.Old", "Get").request


@pytest.mark.parametrize(
    "message",
    [
        None,
        {},
        {"id": "a", "sold_out": True, "soldOut": False},
        {"stock": "${waits}", "kind": "${waits}", "tags": ["${waits}"], "ratings": {"a": "${waits}"}},
        {"stock": "${vars.x}", "sold_out": "${vars.yes}", "ratings": {"a": "${vars.x}"}},
        {"money": '{"cents": ${vars.x}}'},
        {"money": "${waits}", "added": "${waits}"},
        {"money": {"currency": "${waits}"}, "added": "2026-01-02T03:04:05Z"},
        {"money": None, "free": True},
        {"kind": 1, "cover": "AP8="},
        {"kind": "KIND_BOOK", "tags": ("a", "b")},
    ],
    ids=str,
)
def test_what_fits(item, message):
    assert misfits(message, item, known) == []


@pytest.mark.parametrize(
    ("message", "place", "words", "hint", "on_key"),
    [
        ({"idd": 1}, "idd", "shop.v1.Item has no field 'idd'", "did you mean 'id'?", True),
        ({"idd": "${waits}"}, "idd", "shop.v1.Item has no field 'idd'", "did you mean 'id'?", True),
        (
            {"money": {"cent": 1}},
            "money.cent",
            "shop.shared.Money has no field",
            "did you mean 'cents'?",
            True,
        ),
        (
            {"money": '{"cent": ${vars.x}}'},
            "money.cent",
            "has no field 'cent'",
            "did you mean 'cents'?",
            True,
        ),
        ({"zzz": 1}, "zzz", "has no field 'zzz'", "there are added, cover, free, id", True),
        ({"stock": "many"}, "stock", "Failed to parse stock field", "", False),
        ({"stock": "${vars.x}x"}, "stock", "Failed to parse stock field", "", False),
        ({"tags": ["a", 5]}, "tags.1", "Failed to parse tags field", "", False),
        ({"tags": "a"}, "tags", "repeated field tags must be in [] which is a", "", False),
        ({"ratings": {"a": 1, "b": "x"}}, "ratings.b", "Failed to parse", "", False),
        ({"ratings": [1]}, "ratings", "Map field ratings must be in a dict", "", False),
        ({"kind": "KIND_BOK"}, "kind", "Invalid enum value KIND_BOK", "did you mean 'KIND_BOOK'?", False),
        ({"cover": "A"}, "cover", "Failed to parse cover field", "", False),
        ({"added": "yesterday"}, "added", "Failed to parse timestamp", "", False),
        ({"money": 5}, "money", "a message of type shop.shared.Money is a map", "", False),
        ({"money": {}, "free": "${waits}"}, "free", "'money' is set already", "", True),
        ([1], "", "a message of type shop.v1.Item is a map", "", False),
        ("x", "", "a message of type shop.v1.Item is a map", "", False),
    ],
    ids=str,
)
def test_what_does_not(item, message, place, words, hint, on_key):
    (misfit,) = misfits(message, item, known)
    assert ".".join(map(str, misfit.place)) == place
    assert words in misfit.message
    assert misfit.hint.startswith(hint)
    assert bool(misfit.hint) is bool(hint)
    assert misfit.on_key is on_key
    assert not misfit.message.endswith(".")


def test_each_mistake_has_its_own_place(item):
    message = {"idd": 1, "stock": "x", "money": {"cent": 1}, "tags": ["${waits}", 1]}
    assert [misfit.place for misfit in misfits(message, item, known)] == [
        ("idd",),
        ("stock",),
        ("money", "cent"),
        ("tags", 1),
    ]


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({}, "a message of type old.Ask lacks id"),
        ({"id": "a", "inner": {}}, "a message of type old.Ask lacks inner.size"),
        ({"id": "a", "inners": {"size": 1}}, "repeated field inners must be in []"),
    ],
)
def test_proto2(ask, message, words):
    (misfit,) = misfits(message, ask, known)
    assert words in misfit.message


@pytest.mark.parametrize(
    "message",
    [{"id": "a", "inner": {"size": 1}}, {"inner": {"size": 1}, "id": "${waits}"}, {"inner": "${waits}"}],
)
def test_proto2_that_fits(ask, message):
    assert misfits(message, ask, known) == []
