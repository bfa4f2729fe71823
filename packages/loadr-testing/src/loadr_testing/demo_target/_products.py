"""What the shop sells."""

from typing import Any

PRODUCTS: dict[int, dict[str, Any]] = {
    number: {"id": number, "name": f"Product {number}", "price_cents": 100 * number + 99}
    for number in range(1, 21)
}
