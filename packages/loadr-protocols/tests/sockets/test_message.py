import pytest

from loadr_config.models import SocketBlock
from loadr_core.spi import RenderError, Scope, Text, VuContext
from loadr_protocols.sockets.message import message_of, octets_of_hex, reading_of


@pytest.fixture
def scope():
    scope = Scope(VuContext(1, "test"))
    scope.variables["x"] = "0a"
    return scope


def compile_text(source):
    """Templates of one variable, for what is not fixed."""
    if "${x}" not in source:
        return Text.fixed(source)
    return Text(source, None, lambda scope: source.replace("${x}", scope.variables["x"]))


@pytest.mark.parametrize(
    ("block", "octets"),
    [
        ({}, b""),
        ({"send_text": "grüß\r\n"}, "grüß\r\n".encode()),
        ({"send_text": "<${x}>"}, b"<0a>"),
        ({"send_hex": "00ff"}, b"\x00\xff"),
        ({"send_hex": "0x00 FF:0a\n"}, b"\x00\xff\x0a"),
        ({"send_hex": "ff${x}"}, b"\xff\x0a"),
    ],
)
def test_message(block, octets, scope):
    assert message_of(SocketBlock.model_validate(block), compile_text)(scope) == octets


def test_a_rendered_text_that_is_no_hex_is_told_when_it_is_sent(scope):
    message = message_of(SocketBlock(send_hex="f${x}"), compile_text)
    with pytest.raises(RenderError, match="hexadecimal"):
        message(scope)


def test_the_value_is_not_in_the_message_of_the_error():
    with pytest.raises(RenderError) as caught:
        octets_of_hex("secret")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("block", "received", "content"),
    [
        ({}, b"abc", b"abc"),
        ({"read_bytes": 2}, b"abc", b"ab"),
        ({"read_until": "b"}, b"abc", b"ab"),
        ({"read_until": "${x}"}, b"10aX", b"10a"),
        ({"read_until_hex": "62"}, b"abc", b"ab"),
        ({"read_until_close": True}, b"abc", b"abc"),
        ({"read_bytes": 0}, b"abc", b""),
    ],
)
def test_reading(block, received, content, scope):
    reading = reading_of(SocketBlock.model_validate(block), compile_text, 100)(scope)
    reading.feed(received)
    assert reading.content == content


@pytest.mark.parametrize(
    ("until", "is_shared"), [({"read_until": "b"}, True), ({"read_until": "${x}"}, False), ({}, True)]
)
def test_uses_share_a_reading_where_it_is_the_same_for_all(until, is_shared, scope):
    make = reading_of(SocketBlock.model_validate(until), compile_text, 100)
    assert (make(scope) is make(scope)) is is_shared


def test_a_delimiter_of_digits_that_are_none_is_told_when_it_is_used(scope):
    make = reading_of(SocketBlock(read_until_hex="0x"), compile_text, 100)
    with pytest.raises(RenderError, match="read_until is empty"):
        make(scope)


def test_an_empty_delimiter_is_told_when_it_is_used(scope):
    scope.variables["x"] = ""
    make = reading_of(SocketBlock(read_until="${x}"), compile_text, 100)
    with pytest.raises(RenderError, match="read_until is empty"):
        make(scope)
