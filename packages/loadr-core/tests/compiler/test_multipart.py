"""Multipart bodies, read back by another parser; files small and large."""

from email.parser import BytesParser

import pytest

from loadr_config.models import MultipartPart
from loadr_core.compiler.multipart import multipart_payload
from loadr_core.compiler.payloads import LARGEST_IN_MEMORY, content_of, file_payload
from loadr_core.errors import PlanRefusedError
from loadr_core.spi import FilePiece, RenderError, Scope, VuContext
from loadr_core.templating import TextCompiler

TEXT = TextCompiler({"city": "K\u00f6ln"}, {}, {}).compile


@pytest.fixture
def scope():
    scope = Scope(VuContext(7, "main"))
    scope.variables = {"note": "hello\r\nthere", "boundary": "none"}
    return scope


def payload(folder, *parts):
    return multipart_payload([MultipartPart.model_validate(part) for part in parts], TEXT, folder)


def read_back(content, content_type):
    message = BytesParser().parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + content)
    return [
        (
            part.get_param("name", header="content-disposition"),
            part.get_filename(),
            part.get("content-type"),
            part.get_payload(decode=True),
        )
        for part in message.get_payload()
    ]


def test_a_form_that_never_changes_is_fixed(tmp_path):
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x00")
    (tmp_path / "notes").write_bytes(b"")
    made = payload(
        tmp_path,
        {"name": "city", "value": "${vars.city}"},
        {"name": "logo", "file": "logo.png"},
        {"name": "doc", "file": "notes", "filename": "a.txt", "content_type": "text/x-notes"},
        {"name": "json", "value": "{}", "content_type": "application/json"},
        {"name": "raw", "file": "notes"},
    )
    assert made.static is not None
    assert made.pieces is None
    assert read_back(made.static, made.content_type) == [
        ("city", None, None, "K\u00f6ln".encode()),
        ("logo", "logo.png", "image/png", b"\x89PNG\r\n\x00"),
        ("doc", "a.txt", "text/x-notes", b""),
        ("json", None, "application/json", b"{}"),
        ("raw", "notes", "application/octet-stream", b""),
    ]


def test_names_cannot_leave_their_quotes(tmp_path):
    made = payload(tmp_path, {"name": 'a"b\r\nX: y', "value": "", "filename": 'c"d'})
    assert b'name="a%22b%0D%0AX: y"; filename="c%22d"\r\n' in made.static


def test_templates_are_rendered(tmp_path, scope):
    made = payload(tmp_path, {"name": "n${vu}", "value": "${note}", "content_type": "text/${vu}"})
    assert made.static is None
    assert read_back(made.render(scope), made.content_type) == [("n7", None, "text/7", b"hello\r\nthere")]


def test_the_same_plan_makes_the_same_bytes(tmp_path):
    part = {"name": "a", "value": "b"}
    assert payload(tmp_path, part).static == payload(tmp_path, part).static
    assert payload(tmp_path, part).content_type != payload(tmp_path, {**part, "value": "c"}).content_type


def test_a_value_with_the_boundary_is_refused(tmp_path, scope):
    made = payload(tmp_path, {"name": "a", "value": "${boundary}"})
    scope.variables["boundary"] = made.content_type.partition("boundary=")[2]
    with pytest.raises(RenderError, match="boundary"):
        made.render(scope)


def test_large_files_are_pieces(tmp_path, scope):
    large = tmp_path / "large.bin"
    large.write_bytes(b"x" * (LARGEST_IN_MEMORY + 1))
    made = payload(tmp_path, {"name": "a", "value": "${vu}"}, {"name": "f", "file": "large.bin"})
    assert repr(made) == f"<Payload {made.content_type} streamed>"
    pieces = made.pieces(scope)
    assert [piece for piece in pieces if isinstance(piece, FilePiece)] == [
        FilePiece(large, LARGEST_IN_MEMORY + 1)
    ]
    assert [
        (name, len(content)) for name, _, _, content in read_back(made.render(scope), made.content_type)
    ] == [
        ("a", 1),
        ("f", LARGEST_IN_MEMORY + 1),
    ]


def test_a_file_as_a_body(tmp_path, scope):
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(b"${vu} as it is")
    large.write_bytes(b"x" * (LARGEST_IN_MEMORY + 1))
    assert file_payload(small).static == b"${vu} as it is"
    assert file_payload(small).content_type is None
    assert file_payload(large).pieces(scope) == (FilePiece(large, LARGEST_IN_MEMORY + 1),)
    assert file_payload(large).render(scope) == large.read_bytes()


def test_a_missing_file_is_the_plans_mistake(tmp_path):
    with pytest.raises(PlanRefusedError, match=r"cannot read .*none: No such file"):
        content_of(tmp_path / "none")
