"""Cookies as browsers keep them (RFC 6265bis): one jar per VU, shared by everything that speaks HTTP."""

from loadr_core.cookies.jar import CookieJar
from loadr_core.cookies.parsing import SetCookie, parse_set_cookie
from loadr_core.cookies.stored import Cookie
from loadr_core.cookies.suffixes import load_public_suffixes

__all__ = ["Cookie", "CookieJar", "SetCookie", "load_public_suffixes", "parse_set_cookie"]
