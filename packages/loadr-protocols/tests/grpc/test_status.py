import pytest

from loadr_protocols.grpc.status import Ending, ending_of, name_of


@pytest.mark.parametrize(
    ("http", "headers", "trailers", "ending"),
    [
        (200, {}, {"grpc-status": "0"}, Ending(0, "")),
        (200, {"grpc-status": "5", "grpc-message": "no%20item%20%C3%BC"}, {}, Ending(5, "no item ü")),
        (200, {"grpc-status": "0"}, {"grpc-status": "13", "grpc-message": "late"}, Ending(13, "late")),
        (503, {}, {}, Ending(14, "HTTP status 503", False)),
        (404, {}, {}, Ending(12, "HTTP status 404", False)),
        (418, {}, {}, Ending(2, "HTTP status 418", False)),
        (200, {}, {}, Ending(2, "the response has no grpc-status", False)),
        (200, {"grpc-status": "x"}, {}, Ending(2, "the response has no grpc-status", False)),
    ],
)
def test_ending(http, headers, trailers, ending):
    assert ending_of(http, headers, trailers) == ending


def test_name():
    assert (name_of(5), name_of(99)) == ("NOT_FOUND", "code 99")
