"""A body is decoded and parsed at most once, and says clearly what it is not."""

import gc
import weakref

import orjson
import pytest

from loadr_core.extraction import ResponseContent, content_of
from loadr_core.extraction.content import MOST_BYTES
from loadr_core.spi import ContentError


def content(body, content_type=""):
    return ResponseContent(body, {"content-type": content_type} if content_type else {})


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("für".encode(), "", "für"),
        ("für".encode("latin-1"), "text/plain; charset=iso-8859-1", "für"),
        (b"\xef\xbb\xbfx", "", "x"),
        ("für".encode("utf-16"), "", "für"),
        (b"", "", ""),
    ],
)
def test_text(body, content_type, text):
    assert content(body, content_type).text == text


@pytest.mark.parametrize(
    ("body", "content_type", "value"),
    [
        (b'{"a": 1}', "", {"a": 1}),
        (b" null\n", "application/json", None),
        (b'\xef\xbb\xbf{"a": 1}', "", {"a": 1}),
        ('{"a": "ü"}'.encode("latin-1"), "application/json; charset=latin-1", {"a": "ü"}),
        ('{"a": "ü"}'.encode("utf-16"), "", {"a": "ü"}),
    ],
)
def test_json(body, content_type, value):
    assert content(body, content_type).json == value


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"", "", "the body is empty"),
        (b" \n ", "", "the body is empty"),
        (b"<!DOCTYPE html><html>", "application/json", "the body is not JSON but markup"),
        (b"Not found", "", "the body is not JSON: unexpected character, expected a JSON value"),
        (b'{"a": [1, 2', "", "the body is JSON that was cut off"),
        (b'{"a": "b', "", "the body is JSON that was cut off"),
        (b'{"a": 1} {"b": 2}', "", "the body is not JSON: unexpected content after document"),
        (b'{"a": "\xff"}', "", "the body is not valid UTF-8"),
        (b'{"a": "\xff"}', "text/plain; charset=ascii", "the body is not in its charset ascii"),
        (b'{"a": NaN}', "", "the body is not JSON: unexpected character, expected a JSON value"),
        (b"[" * 3000 + b"]" * 3000, "", "the body is not JSON: depth limit exceeded"),
        (b"{}", "application/json; charset=klingon", None),
        (b"nope", "application/json; charset=klingon", "the body's charset 'klingon' is unknown"),
        (b"1" * (MOST_BYTES + 1), "", "the body is larger than 32 MB, which nothing is taken from"),
    ],
    ids=lambda value: repr(value[:30]) if value else "",
)
def test_what_is_no_json_has_its_reason(body, content_type, reason):
    made = content(body, content_type)
    if reason is None:
        assert made.json == {}
        return
    for _ in range(2):
        with pytest.raises(ContentError) as caught:
            _ = made.json
        assert caught.value.reason == reason


def test_reasons_quote_nothing_of_the_body_so_that_they_can_be_counted():
    reasons = set()
    for number in range(50):
        with pytest.raises(ContentError) as caught:
            _ = content(b'{"id": %d, "text": "%s", oops}' % (number, b"x" * number)).json
        reasons.add(caught.value.reason)
    assert len(reasons) == 1


def test_a_body_that_is_too_large_is_not_decoded():
    with pytest.raises(ContentError, match="larger than 32 MB"):
        _ = content(b"x" * (MOST_BYTES + 1)).text


def test_each_form_is_made_once():
    made = content(b'<a>{"a": 1}</a>', "text/html")
    assert made.text is made.text
    assert made.html is made.html
    assert made.tree is made.tree
    parsed = content(b'{"a": 1}')
    assert parsed.json is parsed.json


def test_a_failure_is_remembered_too(monkeypatch):
    tried = []

    def loads(body):
        tried.append(body)
        raise orjson.JSONDecodeError("unexpected end of data", body.decode(), len(body))

    monkeypatch.setattr("loadr_core.extraction.content.orjson.loads", loads)
    made = content(b'{"a": ')
    for _ in range(3):
        with pytest.raises(ContentError, match="cut off"):
            _ = made.json
    assert len(tried) == 1


def test_a_response_has_one_content(respond):
    response = respond({"a": 1})
    assert content_of(response) is content_of(response)
    assert content_of(response).json == {"a": 1}
    assert content_of(respond({"a": 1})) is not content_of(response)


def test_a_body_is_freed_with_its_response_and_needs_no_collector(respond):
    response = respond({"a": [1]})
    made = content_of(response)
    _ = made.json, made.text
    gc.disable()
    try:
        watched = _Watched()
        made._tree = watched
        alive = weakref.ref(watched)
        del watched, made, response
        assert alive() is None
    finally:
        gc.enable()


class _Watched:
    pass


def test_repr_tells_what_was_made():
    made = content(b"{}")
    assert repr(made) == "<ResponseContent 2 bytes, read as nothing>"
    _ = made.json, made.text
    assert repr(made) == "<ResponseContent 2 bytes, read as text, json>"
