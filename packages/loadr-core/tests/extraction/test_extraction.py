"""Entries of `extract` from the plan to the variable, with the fake protocol's responses."""

import pytest

from loadr_core.spi import CompileError

JSON = {
    "token": "abc",
    "n": 7,
    "half": 0.5,
    "yes": True,
    "nothing": None,
    "items": [{"id": 1, "tag": "a"}, {"id": 2, "tag": "b"}, {"id": 3}],
    "empty": [],
    "user": {"name": "ann"},
}
HTML = """<!DOCTYPE html><html><body>
<a class="p" href="/1">One <b>bold</b></a><a class="p" href="/2">Two</a><a class="p">Three</a>
<input name="csrf" value="t0k"><input name="off" disabled></body></html>"""
XML = '<?xml version="1.0"?><r xmlns:s="urn:s"><s:i id="1">one</s:i><s:i>two</s:i><n>3</n></r>'
SOAP = '<e:Envelope xmlns:e="urn:e"><e:Body><m:Price xmlns:m="urn:m">9</m:Price></e:Body></e:Envelope>'
TEXT = "id=1; id=2; id=30; [a][b][]"


def classic(kind, **keys):
    return {"type": kind, "name": "v", **keys}


def chain(**keys):
    return {"chain": "v", **keys}


@pytest.mark.parametrize(
    ("entry", "body", "value"),
    [
        (classic("jsonpath", expression="$.token"), JSON, "abc"),
        (classic("jsonpath", expression="$.n"), JSON, 7),
        (classic("jsonpath", expression="$.half"), JSON, 0.5),
        (classic("jsonpath", expression="$.yes"), JSON, True),
        (classic("jsonpath", expression="$.user"), JSON, {"name": "ann"}),
        (classic("jsonpath", expression="$.items[*].id"), JSON, 1),
        (classic("jsonpath", expression="$.items[*].id", index="last"), JSON, 3),
        (classic("jsonpath", expression="$.items[*].id", index="all"), JSON, [1, 2, 3]),
        (classic("jsonpath", expression="$.items[*].tag", index="all"), JSON, ["a", "b"]),
        (classic("jsonpath", expression="$..id", index="all"), JSON, [1, 2, 3]),
        (classic("jsonpath", expression="$.items[?@.id==2].tag"), JSON, "b"),
        (classic("jsonpath", expression="$.empty"), JSON, []),
        (classic("jsonpath", expression="$.token", index="all"), JSON, ["abc"]),
        (classic("regex", expression=r"id=(\d+)"), TEXT, "1"),
        (classic("regex", expression=r"id=(\d+)", index="last"), TEXT, "30"),
        (classic("regex", expression=r"id=(\d+)", index="all"), TEXT, ["1", "2", "30"]),
        (classic("regex", expression=r"id=(\d+)", group=0), TEXT, "id=1"),
        (classic("regex", expression=r"id=\d+"), TEXT, "id=1"),
        (classic("regex", expression=r"(i)(d)=(?P<n>\d\d)", group="n"), TEXT, "30"),
        (classic("regex", expression=r"(?<n>3)0", group="n"), TEXT, "3"),
        (classic("regex", expression=r"id=(?:1|2|(30))"), TEXT, "30"),
        (classic("regex", expression=r"id=(?:1|2|(30))", index="all"), TEXT, ["30"]),
        (classic("boundary", left="[", right="]"), TEXT, "a"),
        (classic("boundary", left="[", right="]", index="last"), TEXT, ""),
        (classic("boundary", left="[", right="]", index="all"), TEXT, ["a", "b", ""]),
        (classic("css", expression="a.p"), HTML, "One bold"),
        (classic("css", expression="a.p", index="all"), HTML, ["One bold", "Two", "Three"]),
        (classic("css", expression="a.p", attribute="href", index="all"), HTML, ["/1", "/2"]),
        (classic("css", expression="a.p:last-of-type, input", attribute="value"), HTML, "t0k"),
        (classic("css", expression="input[name=off]", attribute="disabled"), HTML, ""),
        (classic("xpath", expression="//a"), HTML, "One bold"),
        (classic("xpath", expression="//a", attribute="href", index="last"), HTML, "/2"),
        (classic("xpath", expression="//input[@name='csrf']/@value"), HTML, "t0k"),
        (classic("xpath", expression="//s:i", index="all"), XML, ["one", "two"]),
        (classic("xpath", expression="//s:i", attribute="id"), XML, "1"),
        (classic("xpath", expression="count(//s:i)"), XML, 2),
        (classic("xpath", expression="sum(//n) div 2"), XML, 1.5),
        (classic("xpath", expression="string(//n)"), XML, "3"),
        (classic("xpath", expression="boolean(//n)"), XML, True),
        (classic("xpath", expression="//n/text()"), XML, "3"),
        (classic("xpath", expression="//e:Body/m:Price"), SOAP, "9"),
        (classic("xpath", expression="//*[local-name()='Price']"), SOAP, "9"),
        (chain(jsonpath="$.token"), JSON, "abc"),
        (chain(jmespath="items[-1].id"), JSON, 3),
        (chain(jmespath="items[*].id", index="last"), JSON, 3),
        (chain(jmespath="items[?id>`1`].id | [0]"), JSON, 2),
        (chain(jmespath="{a: n, b: token}"), JSON, {"a": 7, "b": "abc"}),
        (chain(regex=r"id=(\d+)", index="last", **{"as": "int"}), TEXT, 30),
        (chain(left="id=", right=";", index="all", **{"as": "int"}), TEXT, [1, 2, 30]),
        (chain(css="a.p", attribute="href", transform=[{"substring": [1]}], index="last"), HTML, "2"),
        (chain(xpath="//n", **{"as": "float"}), XML, 3.0),
        (chain(jsonpath="$.n", **{"as": "string"}), JSON, "7"),
        (chain(jsonpath="$.n", transform=[{"prepend": "id-"}]), JSON, "id-7"),
        (chain(jsonpath="$.n", transform=[{"append": "!"}], **{"as": "bool"}), {"n": "ON"}, "true!"),
        (chain(jsonpath="$.user", transform=["base64_encode"]), JSON, "eyJuYW1lIjoiYW5uIn0="),
    ],
    ids=lambda value: repr(value) if not isinstance(value, str) else "",
)
def test_a_value_is_found(entry, body, value, extract):
    found, reason = extract(entry, body)
    assert (found, reason) == (value, None)
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        (classic("header", header="X-ID"), "7"),
        (classic("header", header="x-id", index="all"), ["7"]),
        (chain(header="X-Id", **{"as": "int"}), 7),
    ],
)
def test_a_header_is_found(entry, value, extract):
    assert extract(entry, x_id="7") == (value, None)


@pytest.mark.parametrize(
    ("entry", "body", "reason"),
    [
        (classic("jsonpath", expression="$.absent"), JSON, "nothing matches $.absent"),
        (classic("jsonpath", expression="$.items[*].absent", index="all"), JSON, "nothing matches $.items[*].absent"),
        (classic("jsonpath", expression="$.x"), "<html></html>", "the body is not JSON but markup"),
        (classic("jsonpath", expression="$.x"), '{"x": 1', "the body is JSON that was cut off"),
        (classic("jsonpath", expression="$.x"), "", "the body is empty"),
        (classic("jsonpath", expression="$.x"), b'{"x": "\xff"}', "the body is not valid UTF-8"),
        (chain(jmespath="nothing"), JSON, "nothing matches nothing"),
        (classic("regex", expression="x(y)"), TEXT, "nothing matches x(y)"),
        (classic("regex", expression="x(y)?", index="all"), "xx", "nothing matches x(y)?"),
        (
            classic("regex", expression="(a|aa)+$"),
            "a" * 60 + "b",
            "the regular expression was stopped: it backtracks for too long",
        ),
        (classic("boundary", left="[", right="#"), TEXT, "nothing stands between '[' and '#'"),
        (classic("header", header="X-Id"), "", "there is no header X-Id"),
        (classic("css", expression="a.q"), HTML, "nothing matches a.q"),
        (classic("css", expression="b", attribute="id"), HTML, "nothing matches b with an attribute id"),
        (classic("css", expression="b"), b"<b>\xff", "the body is not valid UTF-8"),
        (classic("xpath", expression="//q"), HTML, "nothing matches //q"),
        (classic("xpath", expression="string(//q)"), HTML, "nothing matches string(//q)"),
        (classic("xpath", expression="number(//q)"), HTML, "nothing matches number(//q)"),
        (classic("xpath", expression="//z:q"), XML, "nothing matches //z:q"),
        (classic("xpath", expression="//q"), JSON, "the body is neither XML nor HTML"),
        (classic("xpath", expression="//q"), "<a><b></a>", "the body is not well-formed XML: Opening and ending tag mismatch: b"),
        (chain(jsonpath="$.token", **{"as": "int"}), JSON, "the value is no integer"),
        (chain(jsonpath="$.token", transform=["base64_decode"]), {"token": "?"}, "base64_decode: the value is no Base64"),
    ],
    ids=lambda value: repr(value) if isinstance(value, dict) else "",
)  # fmt: skip
def test_a_failure_unsets_the_variable_and_has_a_reason(entry, body, reason, extract):
    assert extract(entry, body, variables={"v": "of an earlier response"}) == (None, reason)


@pytest.mark.parametrize(
    ("entry", "body", "value"),
    [
        (classic("jsonpath", expression="$.absent", default="d"), JSON, "d"),
        (classic("jsonpath", expression="$.absent", default=None), JSON, None),
        (classic("jsonpath", expression="$.absent", default=[1, "${vu}"]), JSON, [1, "7"]),
        (classic("jsonpath", expression="$.absent", default="${vars.fallback}"), JSON, "none"),
        (classic("jsonpath", expression="$.absent", default="d"), "<html>", "d"),
        (classic("jsonpath", expression="$.absent", default="d", index="all"), JSON, "d"),
        (classic("header", header="X-Id", default="d"), "", "d"),
        (classic("regex", expression="(a|aa)+$", default="d"), "a" * 60 + "b", "d"),
        (chain(jsonpath="$.absent", default="7", **{"as": "int"}), JSON, 7),
        (chain(jsonpath="$.absent", default=7, transform=[{"append": "!"}]), JSON, "7!"),
        (chain(jsonpath="$.absent[*]", default=["1"], index="all", **{"as": "int"}), JSON, [1]),
    ],
    ids=repr,
)
def test_a_default_stands_in_and_is_coerced_and_transformed_like_a_match(entry, body, value, extract, scope):
    assert extract(entry, body) == (value, None)
    assert "v" in scope.variables


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (chain(jsonpath="$.absent", default="x", **{"as": "int"}), "the value is no integer"),
        (classic("jsonpath", expression="$.absent", default="${nothing}"), "variable 'nothing' has no value"),
    ],
)
def test_a_default_can_fail_too(entry, reason, extract):
    assert extract(entry, JSON) == (None, reason)


def test_random_follows_the_seed_of_the_scope_and_reaches_every_match(extract, scope):
    entry = classic("jsonpath", expression="$[*]", index="random")
    drawn = [extract(entry, [1, 2, 3])[0] for _ in range(50)]
    scope.iteration = 1
    scope.iteration = 0
    assert set(drawn) == {1, 2, 3}
    first = drawn[:5]
    scope._seeded_for = -1
    assert [extract(entry, [1, 2, 3])[0] for _ in range(5)] == first


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (classic("jsonpath", expression="$."), "is no JSONPath"),
        (chain(jmespath="a["), "is no JMESPath"),
        (classic("xpath", expression="//["), "is no XPath"),
        (classic("xpath", expression="//a[$b]"), "is no XPath: there are no variables"),
        (classic("xpath", expression="nothing(//a)"), "is no XPath: unregistered function"),
        (classic("xpath", expression="re:test(., 'a')"), "is no XPath: unregistered function"),
        (classic("css", expression="a["), "is no CSS selector"),
        (classic("css", expression=":unknown"), "is no CSS selector"),
    ],
)
def test_a_wrong_expression_is_refused_before_the_run(entry, message, compiled):
    with pytest.raises(CompileError, match=message):
        compiled(entry)


@pytest.mark.parametrize(("kind", "package"), [("xpath", "lxml"), ("css", "selectolax")])
def test_without_the_extra_the_plan_is_refused_with_the_line_to_type(kind, package, compiled, monkeypatch):
    def absent(name):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr("loadr_core.extraction.markup.import_module", absent)
    with pytest.raises(CompileError, match=f"{kind} needs {package}, which is not installed") as caught:
        compiled(classic(kind, expression="a"))
    assert caught.value.hint == "pip install 'loadr[extract]'"


@pytest.mark.parametrize(
    ("entry", "reads"),
    [
        (classic("header", header="x"), False),
        (chain(header="x"), False),
        (classic("jsonpath", expression="$"), True),
        (classic("boundary", left="a", right="b"), True),
    ],
)
def test_only_what_looks_into_the_body_needs_it(entry, reads, compiled):
    assert compiled(entry).reads_body is reads


def test_repr_tells_the_variable(compiled):
    assert repr(compiled(classic("header", header="x", default=1))) == "<Extraction v with a default>"
