import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_config.models import Secret
from loadr_config.secrets import MASK, Masker, SecretError, resolve_secrets


def test_values_come_from_the_environment_and_from_files(tmp_path):
    (tmp_path / "token").write_text("\n  s3cret \n")
    secrets = {"a": Secret(env="A"), "b": Secret(file="token")}
    assert resolve_secrets(secrets, {"A": " x "}, tmp_path) == {"a": " x ", "b": "s3cret"}


@pytest.mark.parametrize(
    ("secret", "message"),
    [
        (Secret(env="A"), 'secret "x": the environment variable A is not set'),
        (Secret(file="none"), "No such file"),
        (Secret(file="binary"), "is not UTF-8"),
        (Secret(file="."), "cannot be read"),
        (Secret(file="a\0b"), "cannot be read"),
    ],
    ids=["variable", "missing file", "binary file", "folder", "impossible name"],
)
def test_a_value_that_cannot_be_had_is_an_error(tmp_path, secret, message):
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SecretError) as caught:
        resolve_secrets({"x": secret}, {}, tmp_path)
    assert message in str(caught.value)
    assert caught.value.exit_code == 1


@pytest.mark.parametrize(
    "form",
    [
        str,
        json.dumps,
        lambda value: json.dumps(value, ensure_ascii=False),
        quote,
        lambda value: quote(value, safe=""),
        quote_plus,
        lambda value: (
            quote_plus(value).lower() if "%" in quote_plus(value) and value.islower() else quote_plus(value)
        ),
        lambda value: quote(value, safe="-._~!$&'()*+,;=:@/?[]%"),
        lambda value: json.dumps(value).replace("/", "\\/"),
        lambda value: json.dumps(value).replace("&", "\\u0026").replace("=", "\\u003D"),
        lambda value: repr(value)[1:-1],
        html.escape,
        lambda value: value.encode().decode("latin-1"),
        lambda value: json.dumps(value.encode().decode("latin-1")),
        lambda value: json.dumps(json.dumps(value)[1:-1])[1:-1],
        lambda value: value.translate({ord(c): f"&#{ord(c)};" for c in "&<>\"'/+="}),
    ],
    ids=[
        "raw",
        "json",
        "json unicode",
        "quote",
        "quote all",
        "quote_plus",
        "lower hex",
        "as in a request target",
        "json with slashes",
        "json of JavaScript",
        "repr",
        "html",
        "taken for Latin-1",
        "taken for Latin-1, in JSON",
        "JSON in JSON",
        "html numbers",
    ],
)
@pytest.mark.parametrize(
    "value", ["s3cret", 'a "quoted" \\ value', "pässwörd/+ &=", "line\nbreak", "😀:x/y", "\\\\a\\b\\"]
)
def test_every_form_of_a_value_is_masked(form, value):
    masked = Masker([value]).mask(f"before {form(value)} after")
    assert value not in masked
    assert MASK in masked
    assert masked.startswith("before ")
    assert masked.endswith(" after")
    assert form(value).strip('"') not in masked


def test_no_text_takes_long():
    masker = Masker(["\\" * 50 + '"x', "a" + "&" * 50 + "b"])
    for text in ("\\" * 100_000, "a" + "&amp;" * 100_000, '\\\\"' * 100_000):
        assert masker.mask(text) == text


def test_the_longer_of_two_values_is_masked_first():
    assert Masker(["abc", "abcdef"]).mask("abcdef abc") == "*** ***"


def test_a_value_that_is_no_text_is_masked_too():
    value = b"caf\xe9".decode("utf-8", "surrogateescape")  # as os.environ gives it
    assert Masker([value]).mask(f"{value} caf%E9") == "*** ***"


def test_empty_values_hide_nothing():
    assert Masker(["", ""]).mask("text") == "text"


def test_a_masker_does_not_show_its_values():
    assert "s3cret" not in repr(Masker(["s3cret"]))


@given(st.lists(st.text(min_size=1), max_size=4), st.text())
def test_no_value_survives(values, text):
    masked = Masker(values).mask(text + "".join(values))
    remaining = masked.replace(MASK, "\0")
    assert not any(value in remaining for value in values if not set(value) <= set(MASK))
