import pytest

from loadr_core.compiler.payloads import form_payload, text_payload
from loadr_core.spi import Scope, VuContext
from loadr_core.templating import TextCompiler

TEXT = TextCompiler({"seven": "7", "name": "x&y=ü"}, {}, {}).compile


@pytest.fixture
def scope():
    scope = Scope(VuContext(7, "main"))
    scope.variables = {"padded": "007", "list": "[1, 2]", "truth": "true", "odd": "NaN", "quoted": 'a "b"'}
    return scope


def test_a_form_is_url_encoded(scope):
    fixed = form_payload({"name": "${vars.name}", "b": "1 2"}, TEXT)
    assert fixed.static == b"name=x%26y%3D%C3%BC&b=1+2"
    assert fixed.content_type == "application/x-www-form-urlencoded"
    changing = form_payload({"vu": "${vu}", "q": "${quoted}"}, TEXT)
    assert changing.static is None
    assert changing.render(scope) == b"vu=7&q=a+%22b%22"


def test_a_text_is_utf_8_without_a_type(scope):
    assert (text_payload(TEXT("grüß")).static, text_payload(TEXT("x")).content_type) == (
        "grüß".encode(),
        None,
    )
    assert text_payload(TEXT("vu ${vu}")).render(scope) == b"vu 7"
