import pytest

from loadr_core.extraction.markup import parse_tree
from loadr_core.extraction.xpaths import compile_xpath
from loadr_core.spi import CompileError, ContentError

XML = b"""<r xmlns="urn:default" xmlns:s="urn:s" id="7">
<s:a href="/1">one<!-- c --> <s:b>two</s:b></s:a><s:a>three</s:a>
<n xmlns:t="urn:t">4.50<t:deep/></n></r>"""


def find(expression, attribute=None, body=XML):
    return compile_xpath(expression, attribute)(parse_tree(body, "application/xml"))


@pytest.mark.parametrize(
    ("expression", "attribute", "values"),
    [
        ("//s:a", None, ["one two", "three"]),
        ("//s:a", "href", ["/1"]),
        ("//s:a/@href", None, ["/1"]),
        ("//s:a/@href", "href", []),
        ("//s:a/text()", None, ["one", " ", "three"]),
        ("//comment()", None, [" c "]),
        ("/*/@id", None, ["7"]),
        ("//n", None, []),
        ("//*[local-name()='n']", None, ["4.50"]),
        ("//t:deep", None, [""]),
        ("count(//t:deep)", None, [1]),
        ("count(//s:a)", None, [2]),
        ("number(//*[local-name()='n'])", None, [4.5]),
        ("number('x')", None, []),
        ("1 div 0", None, [float("inf")]),
        ("string(//s:c)", None, []),
        ("string(//s:a)", None, ["one two"]),
        ("normalize-space(//s:a[2])", None, ["three"]),
        ("count(//s:a) = 2", None, [True]),
        ("//s:a = 'nothing'", None, [False]),
        ("namespace::s", None, ["urn:s"]),
        ("//undeclared:a", None, []),
        ("//s:a[. = 'x:y' or . = 'three']", None, ["three"]),
        ("self::node()/child::s:a[position() = last()]", None, ["three"]),
    ],
)  # fmt: skip
def test_values(expression, attribute, values):
    found = find(expression, attribute)
    assert (found, [type(value) for value in found]) == (values, [type(value) for value in values])


def test_texts_do_not_keep_the_tree_alive():
    assert type(find("//s:a/text()")[0]) is str
    assert type(find("/*/@id")[0]) is str


def test_a_prefix_is_what_each_document_declares():
    query = compile_xpath("//p:a")
    trees = [parse_tree(b'<p:a xmlns:p="urn:%d">%d</p:a>' % (n, n), "application/xml") for n in range(3)]
    assert [query(tree) for tree in trees] == [["0"], ["1"], ["2"]]
    assert query(parse_tree(b"<a>x</a>", "application/xml")) == []


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("", "invalid expression"),
        ("//[", "invalid expression"),
        ("//a[$x = 1]", "there are no variables"),
        ("document('http://127.0.0.1/')", "unregistered function"),
        ("re:test(., 'x')", "unregistered function"),
        ("count()", "invalid number of arguments"),
    ],
)
def test_what_is_no_xpath_1_0_is_refused(expression, reason):
    with pytest.raises(CompileError, match=f"is no XPath: {reason}"):
        compile_xpath(expression)


def test_a_dollar_in_a_literal_is_no_variable():
    assert find("//s:a[. = '$x'] | //s:a[2]") == ["three"]


def test_what_fails_only_on_a_document_has_its_reason():
    with pytest.raises(ContentError, match="the XPath cannot be evaluated: unregistered function"):
        find("//s:a[nothing()]")
