"""Requests of the plan as `beforeRequest` and `afterRequest` see them: plain objects."""

import json
from collections.abc import Mapping
from typing import Any

from loadr_core.spi import HookedRequest, ScriptError, ScriptRequest

_JSON = "application/json"


def shown_to_hook(request: HookedRequest) -> dict[str, Any]:
    """A request as it crosses; a body that is no text stays behind, and is sent as it is unless another is set."""
    return {
        "name": request.name,
        "method": request.method,
        "url": request.url,
        "headers": dict(request.headers),
        "body": _text(request.body),
    }


def changed_by_hook(request: HookedRequest, changed: Any, module: str) -> HookedRequest:
    """The request to send after a hook.

    Args:
        request: as the hook got it.
        changed: what it left.
        module: the script's name, for messages.

    Raises:
        ScriptError: it left no request.
    """
    if not isinstance(changed, Mapping):
        raise _wrong(module, "must return nothing, or the request as an object")
    url, headers = changed.get("url"), changed.get("headers") or {}
    if not isinstance(url, str):
        raise _wrong(module, f"left a url that is no text: {url!r}")
    if changed.get("method", request.method) != request.method:
        raise _wrong(module, "cannot change the method")
    if not isinstance(headers, Mapping):
        raise _wrong(module, "left headers that are no object")
    named = {str(name): _field(value) for name, value in headers.items() if value is not None}
    body = changed.get("body")
    content = request.body
    if isinstance(body, str):
        content = body.encode("utf-8", "replace")
    elif body is not None:  # an object is JSON, as with the global `http`
        content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        if not any(name.lower() == "content-type" for name in named):
            named["Content-Type"] = _JSON
    elif _text(request.body) is not None:
        content = None
    return HookedRequest(request.name, request.method, url, tuple(named.items()), content)


def sent_request(request: HookedRequest) -> ScriptRequest:
    """The request that a response tells as its own."""
    return ScriptRequest(request.url, request.method, request.headers, request.body, name=request.name)


def _field(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_field, value))
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _text(body: bytes | None) -> str | None:
    try:
        return None if body is None else body.decode()
    except UnicodeDecodeError:
        return None


def _wrong(module: str, message: str) -> ScriptError:
    return ScriptError("TypeError", f"beforeRequest {message}", module)
