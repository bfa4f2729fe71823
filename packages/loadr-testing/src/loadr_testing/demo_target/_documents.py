"""Endpoints with markup: a page to take links and a form's hidden field from, a feed in XML."""

from loadr_testing.demo_target._replies import Response
from loadr_testing.demo_target._routing import Router

_PRODUCTS = range(1, 6)

_ROWS = "".join(
    f'    <li class="product" data-id="{number}"><a href="/products/{number}">Product {number}</a></li>\n'
    for number in _PRODUCTS
)
_PAGE = f"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>The shop of the demo target</title></head>
<body>
  <h1>Products</h1>
  <ul>
{_ROWS}  </ul>
  <form action="/login" method="post">
    <input type="hidden" name="csrf" value="f0rm-t0ken">
    <input name="user"><input name="password" type="password"><button>Log in</button>
  </form>
</body>
</html>
"""
_ITEMS = "".join(
    f'  <shop:product id="{number}"><shop:name>Product {number}</shop:name><price>{number}.99</price></shop:product>\n'
    for number in _PRODUCTS
)
_FEED = f"""<?xml version="1.0" encoding="UTF-8"?>
<catalogue xmlns:shop="urn:loadr:demo:shop" currency="EUR">
{_ITEMS}</catalogue>
"""


def add_documents(router: Router) -> None:
    """Register the endpoints of this module."""
    page = Response(_PAGE.encode(), content_type="text/html; charset=utf-8")
    router.add("GET", "/page", page, repeatable=True)
    router.add("GET", "/feed", Response(_FEED.encode(), content_type="application/xml"), repeatable=True)
