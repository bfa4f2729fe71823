import pytest

from loadr_protocols.http.blocked import Blocked
from loadr_protocols.http.errors import ExchangeFailed

BLOCKED = Blocked(["one.test", "*.wide.test"], ["10.0.0.0/8", "::1"])


@pytest.mark.parametrize("host", ["one.test", "ONE.test", "a.wide.test", "a.b.wide.test"])
def test_hosts_are_refused_by_name(host):
    with pytest.raises(ExchangeFailed, match="blocks the host") as refused:
        BLOCKED.check_host(host)
    assert (refused.value.kind, refused.value.detail) == ("blocked", "blocked_host")


@pytest.mark.parametrize("host", ["two.test", "one.test.example", "wide.test", "awide.test"])
def test_other_hosts_are_not(host):
    BLOCKED.check_host(host)


@pytest.mark.parametrize("address", ["10.1.2.3", "::1", "::1%lo"])
def test_addresses_are_refused_by_network(address):
    with pytest.raises(ExchangeFailed, match="blocked_addresses") as refused:
        BLOCKED.check_address(address)
    assert refused.value.detail == "blocked_address"


@pytest.mark.parametrize("address", ["11.0.0.1", "::2"])
def test_other_addresses_are_not(address):
    BLOCKED.check_address(address)
    Blocked().check_address(address)
    assert repr(BLOCKED) == "<Blocked 2 names, 2 networks>"
