"""Bodies that a script sends: texts, bytes, forms, uploads. Pure but for the boundary."""

from base64 import b64decode
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

_FORM: Final = "application/x-www-form-urlencoded"


def body_of(body: Any) -> tuple[bytes | None, str | None]:
    """The bytes of a body as it crosses (see `bodyOf` in k6.http.js), and their Content-Type; `None` where there is none."""
    if body is None:
        return None, None
    if isinstance(body, str):
        return body.encode("utf-8", "replace"), None
    if "base64" in body:
        return b64decode(body["base64"]), None
    if "form" in body:
        return urlencode([tuple(pair) for pair in body["form"]]).encode(), _FORM
    return _multipart(body["multipart"])


def _multipart(parts: list[dict[str, str]]) -> tuple[bytes, str]:
    """RFC 7578."""
    boundary = uuid4().hex
    chunks = []
    for part in parts:
        name = part["name"].replace('"', "%22")
        head = f'Content-Disposition: form-data; name="{name}"'
        if "filename" in part:
            filename = part["filename"].replace('"', "%22")
            head += f'; filename="{filename}"\r\nContent-Type: {part["content_type"]}'
        content = b64decode(part["base64"]) if "base64" in part else part["text"].encode()
        chunks.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + content + b"\r\n")
    return b"".join(chunks) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
