"""What is remembered of redirects, and what is not."""

from dataclasses import replace
from pathlib import Path

import pytest

from loadr_core.spi import FilePiece
from loadr_protocols.http.hops import Hops
from loadr_protocols.http.outgoing import Outgoing
from loadr_protocols.http.redirects import redirection
from loadr_protocols.http.url import Origin, UrlError

HERE = Origin("http", "h", 80)
WIRE = b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx"


@pytest.fixture
def hops():
    return Hops()


def test_the_same_way_is_looked_up(hops):
    sent = hops.parse(HERE, WIRE)
    assert sent is hops.parse(HERE, bytes(bytearray(WIRE)))
    assert hops.wire(sent) == WIRE
    first, again = hops.follow(sent, 302, "/b"), hops.follow(sent, 302, "/b")
    assert first is again
    assert hops.follow(first, 302, "/c") is hops.follow(again, 302, "/c")


@pytest.mark.parametrize(
    ("other", "status", "location"),
    [(WIRE, 307, "/b"), (WIRE, 302, "/c"), (WIRE.replace(b"POST", b"PUT"), 302, "/b")],
    ids=["status", "location", "request"],
)
def test_another_way_is_another_request(hops, other, status, location):
    hops.follow(hops.parse(HERE, WIRE), 302, "/b")
    sent = hops.parse(HERE, other)
    expected = sent.redirected(redirection(status, sent.method, location, HERE, "/a"))
    assert hops.wire(hops.follow(sent, status, location)) == expected.wire()


def test_the_origin_counts(hops):
    there = Origin("https", "h", 443)
    assert hops.follow(hops.parse(HERE, WIRE), 302, "/b").origin == HERE
    assert hops.follow(hops.parse(there, WIRE), 302, "/b").origin == there


def test_a_location_that_leads_nowhere_is_told_each_time(hops):
    for _ in range(2):
        with pytest.raises(UrlError):
            hops.follow(hops.parse(HERE, WIRE), 302, "ftp://x/")


def test_a_request_that_was_changed_is_made_anew(hops):
    sent = hops.parse(HERE, WIRE).with_field(b"X: 1")
    assert hops.wire(sent) == sent.wire() != WIRE
    assert hops.follow(sent, 307, "/b") is not hops.follow(sent, 307, "/b")


def test_memory_is_bounded(hops):
    for number in range(1000):
        hops.follow(hops.parse(HERE, WIRE.replace(b"/a", b"/%d" % number)), 302, f"/{number}")
    assert len(hops._wires) <= Hops.MOST
    assert len(hops._requests) + len(hops._followers) <= Hops.MOST
    long = WIRE + b"x" * Hops.LONGEST
    assert hops.parse(HERE, long) is not hops.parse(HERE, long)
    streamed = replace(Outgoing.parse(HERE, WIRE), pieces=(FilePiece(Path("f"), 1),))
    assert hops.follow(streamed, 307, "/b").pieces == streamed.pieces
    assert "requests" in repr(hops)
