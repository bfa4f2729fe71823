import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from loadr_config.models import ChainExtractor
from loadr_core.extraction.transforms import compile_transforms
from loadr_core.spi import ContentError

CHAIN = TypeAdapter(ChainExtractor)
# UTF-8 has no surrogates, so no body gives any.
TEXT = st.text(st.characters(exclude_categories=("Cs",)))


def transform(*operations):
    return compile_transforms(
        CHAIN.validate_python({"chain": "v", "css": "a", "transform": list(operations)}).transform
    )


@pytest.mark.parametrize(
    ("operations", "value", "result"),
    [
        (["trim"], " \n x y\t", "x y"),
        (["lowercase"], "ÄB", "äb"),
        (["uppercase"], "äb", "ÄB"),
        (["url_encode"], "a b/ü?&=~-._", "a%20b%2F%C3%BC%3F%26%3D~-._"),
        (["url_decode"], "a%20b+%C3%bc", "a b+ü"),
        (["base64_encode"], "für", "ZsO8cg=="),
        (["base64_decode"], "ZsO8cg==", "für"),
        (["base64_decode"], "ZsO8cg", "für"),
        (["base64_decode"], " ZsO8cg==\n", "für"),
        (["base64_decode"], "Pj8_Pg", ">??>"),
        (["base64_decode"], "Pj8/Pg==", ">??>"),
        (["base64_decode"], "eyJzdWIiOiI3In0", '{"sub":"7"}'),
        (["base64_decode"], "", ""),
        ([{"append": "!"}], "x", "x!"),
        ([{"prepend": "Bearer "}], "x", "Bearer x"),
        ([{"replace": [",", ""]}], "1,234,567", "1234567"),
        ([{"replace": ["a.", "b"]}], "a.axa.", "baxb"),
        ([{"substring": [2]}], "abcde", "cde"),
        ([{"substring": [1, 3]}], "abcde", "bcd"),
        ([{"substring": [3, 9]}], "abcde", "de"),
        ([{"substring": [9]}], "abcde", ""),
        ([{"substring": [1, 1]}], "für", "ü"),
        (["trim", "uppercase", {"append": "-"}, {"substring": [0, 2]}], " abc ", "AB"),
        ([{"append": "!"}], 7, "7!"),
        ([{"append": "!"}], True, "true!"),
        ([{"append": "!"}], None, "null!"),
        ([{"append": "!"}], {"a": [1]}, '{"a":[1]}!'),
    ],
)
def test_operations(operations, value, result):
    assert transform(*operations)(value) == result


@pytest.mark.parametrize(
    ("operation", "value", "reason"),
    [
        ("url_decode", "100%", "url_decode: the value has a % without two digits behind it"),
        ("url_decode", "%zz", "url_decode: the value has a % without two digits behind it"),
        ("url_decode", "%ff", "url_decode: the value does not become UTF-8"),
        ("base64_decode", "a", "base64_decode: the value is no Base64"),
        ("base64_decode", "a b=", "base64_decode: the value is no Base64"),
        ("base64_decode", "ä", "base64_decode: the value is no Base64"),
        ("base64_decode", "/////w", "base64_decode: the value does not become UTF-8"),
    ],
)
def test_what_cannot_be_decoded_has_its_reason(operation, value, reason):
    with pytest.raises(ContentError) as caught:
        transform(operation)(value)
    assert caught.value.reason == reason


@given(TEXT)
def test_decoding_undoes_encoding(text):
    assert transform("url_encode", "url_decode")(text) == text
    assert transform("base64_encode", "base64_decode")(text) == text
    assert transform("base64_decode")(base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")) == text


@given(TEXT)
def test_encoded_texts_have_unreserved_characters_only(text):
    assert transform("url_encode")(text).replace("%", "").isascii()
    assert transform("url_encode")(text) == transform("url_encode")(text)


@given(TEXT, st.sampled_from(["url_decode", "base64_decode"]))
def test_decoding_gives_a_text_or_a_reason(text, operation):
    with contextlib.suppress(ContentError):
        assert isinstance(transform(operation)(text), str)


@given(TEXT, TEXT, TEXT)
def test_a_chain_is_its_steps_one_after_the_other(text, before, after):
    whole = transform({"prepend": before}, {"append": after}, "trim")(text)
    assert whole == f"{before}{text}{after}".strip()


@given(TEXT, st.integers(0, 30), st.integers(0, 30))
def test_a_substring_is_part_of_the_text_and_no_longer_than_asked(text, start, length):
    part = transform({"substring": [start, length]})(text)
    assert len(part) <= length
    assert text[start:].startswith(part)
