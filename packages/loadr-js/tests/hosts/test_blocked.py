import pytest

from loadr_js.hosts.blocked import Blocked

BLOCKED = Blocked(["Shop.test", "*.inner.test"], ["10.0.0.0/8", "::1/128"])

CASES = {
    "a name": ("ws://shop.test/live", "hostname (shop.test) is in a blocked pattern"),
    "a name in capitals, with a port": (
        "wss://SHOP.test:444/",
        "hostname (shop.test) is in a blocked pattern",
    ),
    "below a pattern": ("grpc://a.b.inner.test:50051", "hostname (a.b.inner.test) is in a blocked pattern"),
    "what a pattern is below": ("ws://inner.test/", None),
    "a name that only ends like a blocked one": ("ws://myshop.test/", None),
    "an address": ("ws://10.1.2.3:80/", "IP (10.1.2.3) is in a blacklisted range (10.0.0.0/8)"),
    "an address of version 6": ("grpc://[::1]:50051", "IP (::1) is in a blacklisted range (::1/128)"),
    "an address beside the networks": ("ws://11.1.2.3/", None),
    "what is no URL": ("ws://[::1/", None),
    "a blocked name in the path": ("ws://other.test/shop.test", None),
}


@pytest.mark.parametrize("case", CASES)
def test_a_conversation_is_refused_by_what_its_url_names(case):
    url, reason = CASES[case]
    assert BLOCKED.reason(url) == reason


def test_without_patterns_and_networks_nothing_is_refused():
    assert Blocked([], []).reason("ws://10.0.0.1/") is None
