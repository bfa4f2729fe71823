"""HTTP/1.1: the load-generating client."""

from loadr_protocols.http.handler import HttpHandler

__all__ = ["HttpHandler"]
