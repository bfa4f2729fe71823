from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from loadr_report.html.markup import Markup, element, join
from loadr_report.text import visible


def test_an_element_is_written_with_its_attributes():
    made = element("td", "a<b", None, Markup("<i></i>"), class_="x", aria_label='"y"', title=None)
    assert made.html == '<td class="x" aria-label="&quot;y&quot;">a&lt;b<i></i></td>'


def test_an_element_without_content_is_closed_in_itself():
    assert element("rect", width="1").html == '<rect width="1"/>'


@given(st.text(alphabet=st.characters()))
def test_any_text_comes_back_from_a_parser_as_shown(text):
    found = []
    parser = HTMLParser()
    parser.handle_data = found.append
    parser.handle_starttag = lambda tag, attrs: found.extend(value for _, value in attrs)
    parser.feed(element("p", text, title=text).html + join(()).html)
    parser.close()
    assert found[0] == visible(text)
    assert "".join(found[1:]) == visible(text)
