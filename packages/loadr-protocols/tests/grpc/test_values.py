"""Messages as scripts see them, against what Go's protojson says of the same types."""

import pytest

from loadr_core.spi import ServiceError
from loadr_protocols.grpc import GrpcHandler
from loadr_protocols.grpc.messages import encoded
from loadr_protocols.grpc.plain_messages import plainly_encoded

PROTO = """
syntax = "proto3";
package t;
import "google/protobuf/any.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/field_mask.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
enum Kind { NONE = 0; BOOK = 1; }
message Node { string name = 1; Node next = 2; repeated Node more = 3; map<string, Node> named = 4; }
message All {
  int32 small = 1; sint64 signed = 2; fixed64 fixed = 3; uint64 unsigned = 4;
  float single = 5; double twice = 6; bool flag = 7; string some_text = 8; bytes raw = 9;
  Kind kind = 10; repeated Kind kinds = 11; repeated int64 longs = 12; repeated bytes raws = 13;
  map<int64, string> by_number = 14; map<bool, double> by_flag = 15; map<string, int64> counts = 16;
  oneof choice { string left = 17; int64 right = 18; Node middle = 19; }
  optional int32 maybe = 20; Node node = 21; string renamed = 22 [json_name = "other"];
  google.protobuf.Timestamp at = 23; google.protobuf.Duration lasts = 24; google.protobuf.Struct object = 25;
  google.protobuf.Value value = 26; google.protobuf.Int64Value wrapped = 27; google.protobuf.FieldMask mask = 28;
  google.protobuf.Any any = 29; google.protobuf.NullValue nothing = 30; google.protobuf.ListValue list = 31;
}
service S { rpc Get(All) returns (All); rpc Text(google.protobuf.StringValue) returns (google.protobuf.StringValue); }
"""

UNSET = {
    "small": 0,
    "signed": "0",
    "fixed": "0",
    "unsigned": "0",
    "single": 0,
    "twice": 0,
    "flag": False,
    "someText": "",
    "raw": "",
    "kind": "NONE",
    "kinds": [],
    "longs": [],
    "raws": [],
    "byNumber": {},
    "byFlag": {},
    "counts": {},
    "node": None,
    "other": "",
    "at": None,
    "lasts": None,
    "object": None,
    "value": None,
    "wrapped": None,
    "mask": None,
    "any": None,
    "nothing": None,
    "list": None,
}


@pytest.fixture(scope="module")
def methods(tmp_path_factory):
    folder = tmp_path_factory.mktemp("protos")
    (folder / "all.proto").write_text(PROTO)
    (folder / "old.proto").write_text(
        'syntax = "proto2"; package o; message M { optional int32 a = 1; required string b = 2; '
        "extensions 10 to 20; } extend M { optional int64 more = 10; } service S { rpc Get(M) returns (M); }"
    )
    made = GrpcHandler.load_methods(["all.proto", "old.proto"], [], folder)
    return {method.path: method for method in made}


@pytest.fixture(scope="module")
def there_and_back(methods):
    method = methods["/t.S/Get"]
    return lambda value: method.decode(method.encode(value))


def test_what_is_not_set(there_and_back):
    assert there_and_back({}) == UNSET


NODE = {"name": "", "next": None, "more": [], "named": {}}

CASES = {
    "numbers": {"small": -1, "signed": "-9007199254740993", "unsigned": "18446744073709551615", "fixed": "1"},
    "floats": {"single": 5.4, "twice": 0.1},
    "no numbers": {"single": "NaN", "twice": "-Infinity"},
    "infinite": {"single": "Infinity", "twice": "NaN"},
    "text and bytes": {"someText": "ü\x00", "raw": "AP8="},
    "lists": {"kinds": ["BOOK", "NONE"], "longs": ["1", "2"], "raws": ["AA=="]},
    "an enum without a name": {"kind": 7, "kinds": [7]},
    "maps": {"byNumber": {"-1": "x"}, "byFlag": {"true": 1.5, "false": 0}, "counts": {"a": "1"}},
    "one of a choice": {"right": "0"},
    "a message of a choice": {"middle": NODE},
    "optional": {"maybe": 0},
    "a name of its own": {"other": "x"},
    "messages": {
        "node": {**NODE, "name": "a", "next": {**NODE, "name": "b"}, "more": [NODE], "named": {"x": NODE}}
    },
    "moments": {"at": "2026-01-02T03:04:05.006Z", "lasts": "1.500s"},
    "structures": {"object": {"a": [1, None, {"b": True}]}, "value": "x", "list": [1, "2"]},
    "wrappers": {"wrapped": "0", "mask": "a,bC"},
    "any": {"any": {"@type": "type.googleapis.com/t.Node", **NODE, "name": "x"}},
    "any of a form of its own": {
        "any": {"@type": "type.googleapis.com/google.protobuf.Duration", "value": "2s"}
    },
    "an empty any": {"any": {}},
}


@pytest.mark.parametrize("case", CASES)
def test_there_and_back(case, there_and_back):
    assert there_and_back(CASES[case]) == {**UNSET, **CASES[case]}


def test_an_any_of_an_unknown_type(methods):
    # field 29: {1: "x/y.Z", 2: "\x01"}
    octets = b"\xea\x01\x0a\x0a\x05x/y.Z\x12\x01\x01"
    assert methods["/t.S/Get"].decode(octets)["any"] == {"@type": "x/y.Z", "value": "AQ=="}


def test_a_message_that_is_no_map(methods):
    method = methods["/t.S/Text"]
    assert method.decode(method.encode("ü")) == "ü"


def test_proto2(methods):
    method = methods["/o.S/Get"]
    assert method.decode(method.encode({"b": "x", "[o.more]": "5"})) == {"a": None, "b": "x", "[o.more]": "5"}
    with pytest.raises(ServiceError, match="lacks b"):
        method.encode({})


MISFITS = {
    "unknown field": ({"smal": 1}, 'no field named "smal"'),
    "text for a number": ({"small": "x"}, "Failed to parse small field"),
    "text for a bool": ({"flag": "true"}, "Failed to parse flag field"),
    "number for a text": ({"someText": 1}, "Failed to parse someText field"),
    "beyond its field": ({"small": 2**40}, "Failed to parse small field"),
    "no text": ({"someText": "\ud800"}, "someText"),
    "no list": ({"kinds": "BOOK"}, "repeated field kinds must be in"),
    "unknown name": ({"kind": "BOOKS"}, "BOOKS"),
    "no map": ("x", r"a message of type t\.All is a map"),
    "an any that is none": ({"any": {"@type": "type.googleapis.com/t.None"}}, "any"),
}


PLAIN = {
    "nothing": {},
    "plain": {"small": -1, "signed": 2**62, "twice": 0.5, "flag": True, "someText": "ü"},
    "names of the proto": {"some_text": "x", "renamed": "y"},
    "both kinds": {"small": 1, "longs": [1]},
    "numbers of another kind": {"small": 1.0, "twice": 3, "signed": "5"},
    "null": {"small": None, "someText": None},
    "of a choice": {"left": "x"},
}


@pytest.mark.parametrize("case", PLAIN)
def test_the_short_way_leads_to_the_same_message(case, methods):
    method, value = methods["/t.S/Get"], PLAIN[case]
    assert method.request.FromString(method.encode(value)) == method.request.FromString(
        encoded(value, method.request)
    )


def test_what_is_plain_goes_the_short_way(methods):
    request = methods["/t.S/Get"].request
    assert [name for name, value in PLAIN.items() if plainly_encoded(value, request) is not None] == [
        "nothing",
        "plain",
        "names of the proto",
    ]


@pytest.mark.parametrize("case", MISFITS)
def test_what_does_not_fit(case, methods):
    value, words = MISFITS[case]
    with pytest.raises(ServiceError, match=words):
        methods["/t.S/Get"].encode(value)


def test_octets_that_are_no_message(methods):
    with pytest.raises(ServiceError, match=r"a message is no t\.All"):
        methods["/t.S/Get"].decode(b"\xff")
