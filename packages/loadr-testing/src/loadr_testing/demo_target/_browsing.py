"""Endpoints for what browsers do beyond asking: a page with resources, a cache, compressed bodies."""

import gzip
import hashlib
import zlib
from typing import Final

from loadr_testing.demo_target._replies import Response
from loadr_testing.demo_target._routing import RefusedVisit, Router, Visit

_PAGE: Final = b"""<!doctype html>
<html lang="en"><head><title>A page of the demo target</title>
<link rel="stylesheet" href="/site/style.css"><script src="/site/app.js" defer></script></head>
<body><h1>A page with resources</h1><img src="/site/logo.svg" alt="logo"><img src="/site/photo.svg" alt=""></body></html>
"""
_RESOURCES: Final = {
    "style.css": ("text/css", b"h1 { color: teal }\n"),
    "app.js": ("text/javascript", b"document.title += ' (ready)';\n"),
    "logo.svg": ("image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg"/>\n'),
    "photo.svg": ("image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg"><title>photo</title></svg>\n'),
}
_TEXT: Final = b"The quick brown fox jumps over the lazy dog.\n" * 200
_BODIES: Final = {"gzip": gzip.compress(_TEXT), "deflate": zlib.compress(_TEXT)}


def add_browsing(router: Router) -> None:
    """Register the endpoints of this module."""
    page = Response(_PAGE, content_type="text/html; charset=utf-8", headers=(("Cache-Control", "no-store"),))
    router.add("GET", "/site", page, repeatable=True)
    router.add("GET", "/site/{name}", _resource, repeatable=True)
    router.add("GET", "/compressed/{coding}", _compressed, repeatable=True)


def _resource(visit: Visit) -> Response:
    found = _RESOURCES.get(visit.captured)
    if found is None:
        raise RefusedVisit(404, "the page has style.css, app.js, logo.svg and photo.svg")
    content_type, body = found
    tag = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
    # Images are fresh for an hour, the rest is asked for each time.
    lifetime = "max-age=3600" if content_type.startswith("image/") else "no-cache"
    headers = (("ETag", tag), ("Cache-Control", lifetime))
    if visit.request.header("if-none-match") == tag:
        return Response(status=304, headers=headers)
    return Response(body, content_type=content_type, headers=headers)


def _compressed(visit: Visit) -> Response:
    body = _BODIES.get(visit.captured)
    if body is None:
        raise RefusedVisit(400, "this target compresses with gzip and deflate")
    return Response(body, content_type="text/plain", headers=(("Content-Encoding", visit.captured),))
