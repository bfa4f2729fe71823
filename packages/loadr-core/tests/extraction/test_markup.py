"""XML and HTML from targets that are not to be trusted."""

import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.extraction.markup import has_doctype, parse_html, parse_tree
from loadr_core.extraction.xpaths import compile_xpath
from loadr_core.spi import ContentError

LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE lolz [
 <!ENTITY a "ha">
 <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
 <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
 <!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">
]>
<lolz at="&d;">&d;</lolz>"""


@pytest.mark.parametrize(
    "body",
    [
        LAUGHS,
        "<!DOCTYPE a SYSTEM 'http://127.0.0.1:1/evil.dtd'><a/>",
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        "\n <!-- c --> <?pi a?><!-- <a> --><!doctype a><a/>",
        "<?xml version='1.0' encoding='utf-8'?><?a?><!DOCTYPE a><a/>",
    ],
)
@pytest.mark.parametrize("content_type", ["application/xml", "text/xml; charset=utf-8", "image/svg+xml", ""])
def test_a_document_type_in_xml_is_refused_before_it_is_parsed(body, content_type, monkeypatch):
    def parsed(*_):
        raise AssertionError

    monkeypatch.setattr("loadr_core.extraction.markup._xml_parser", parsed)
    with pytest.raises(ContentError, match="the body is XML with a document type, which is refused"):
        parse_tree(body.encode(), content_type)


@pytest.mark.parametrize(
    "body",
    [
        "<a/>",
        "<?xml version='1.0'?><!-- <!DOCTYPE a> --><a/>",
        "<a><![CDATA[<!DOCTYPE a>]]></a>",
        "<?pi <!DOCTYPE a> ?><a/>",
        "<a><!-- <!DOCTYPE a> --></a>",
        "",
        "text",
        "<!-- never closed <!DOCTYPE a>",
        "<?never closed <!DOCTYPE a>",
    ],
)
def test_what_only_looks_like_one_is_none(body):
    assert not has_doctype(body.encode())


def test_finding_it_takes_one_way_through_a_long_prolog():
    assert has_doctype(b"<?a?><!--b-->" * 100_000 + b"<!DOCTYPE a><a/>")


PARTS = st.sampled_from(["<!--", "-->", "<?", "?>", "<!DOCTYPE a", ">", "<a>", "</a>", " ", "x"])


@given(st.lists(PARTS).map("".join))
def test_no_document_type_gets_through_to_a_tree(body):
    try:
        root = parse_tree(body.encode(), "application/xml")
    except ContentError:
        return
    assert root.getroottree().docinfo.doctype == ""


def test_html_declares_no_entities_and_fetches_nothing(monkeypatch):
    def connect(*_):
        raise AssertionError

    monkeypatch.setattr(socket.socket, "connect", connect)
    evil = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><p>&x;</p><link href="http://127.0.0.1/">'
    root = parse_tree(evil.encode(), "text/html")
    assert compile_xpath("//p")(root) == ["&x;"]
    assert Path("/etc/passwd").read_text(encoding="utf-8") not in parse_html(evil.encode()).html


def test_xinclude_is_not_followed():
    body = b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd" parse="text"/></a>'
    assert compile_xpath("string(/a)")(parse_tree(body, "application/xml")) == []


@pytest.mark.parametrize(
    ("body", "content_type", "tag"),
    [
        (b"<r/>", "application/xml", "r"),
        (b"<r/>", "application/atom+xml; charset=utf-8", "r"),
        (b"<r/>", "", "r"),
        (b"<r/>", "application/octet-stream", "r"),
        (b"<html><p>x", "", "html"),
        (b"  <!DOCTYPE HTML><p>x", "", "html"),
        (b"<p>x", "text/html", "html"),
        (b"text", "text/html", "html"),
        (
            b"<!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml'><p>x</p></html>",
            "application/xhtml+xml",
            "html",
        ),
        (b"<html><p/></html>", "application/xml", "html"),
    ],
)
def test_the_content_type_decides_and_else_the_beginning(body, content_type, tag):
    assert parse_tree(body, content_type).tag == tag


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"", "text/html", "the body is empty"),
        (b" \n", "application/xml", "the body is empty"),
        (b"{}", "application/json", "the body is neither XML nor HTML"),
        (b"{}", "application/xml", "the body is not well-formed XML: Start tag expected, '<' not found"),
        (b"<a>", "application/xml", "the body is not well-formed XML: Premature end of data in tag a"),
        (b"<a></b>", "", "the body is not well-formed XML: Opening and ending tag mismatch: a"),
        (b"<a>&nbsp;</a>", "", "the body is not well-formed XML: Entity 'nbsp' not defined"),
        (b"<p>x<br></p>", "", "the body is not well-formed XML: Opening and ending tag mismatch: br"),
        (b"<!-- only -->", "text/html", "the body has no markup"),
    ],
)
def test_what_is_no_markup_has_its_reason(body, content_type, reason):
    with pytest.raises(ContentError) as caught:
        parse_tree(body, content_type)
    assert caught.value.reason == reason


@pytest.mark.parametrize("body", [b"<a>" * 100_000, b"<a " + b"x" * 11_000_000 + b"='1'/>"])
def test_depth_and_names_have_bounds(body):
    with pytest.raises(ContentError, match="not well-formed XML"):
        parse_tree(body, "application/xml")


@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_or_have_a_reason(body):
    parse_html(body)
    for content_type in ("text/html", "application/xml", ""):
        try:
            assert parse_tree(body, content_type).tag is not None
        except ContentError:
            continue
