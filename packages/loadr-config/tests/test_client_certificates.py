"""Which hosts a client certificate is for, and how it is given."""

import pytest
from pydantic import ValidationError

from loadr_config.models import ClientCertificate, Defaults


@pytest.mark.parametrize(
    ("hosts", "host", "fits"),
    [
        ((), "any.test", True),
        (("a.test",), "A.test", True),
        (("a.test",), "b.a.test", False),
        (("*.a.test",), "b.a.test", True),
        (("*.a.test",), "a.test", False),
        (("x.test", "a.test"), "a.test", True),
    ],
)
def test_hosts(hosts, host, fits):
    assert ClientCertificate(hosts=hosts, cert="c", key="k").fits(host) is fits


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"cert": "c"},
        {"cert": "c", "key_file": "k"},
        {"cert": "c", "key": "k", "cert_file": "c", "key_file": "k"},
    ],
)
def test_a_certificate_has_its_key_and_one_form(given):
    with pytest.raises(ValidationError, match='needs "cert_file" and "key_file", or "cert" and "key"'):
        ClientCertificate(**given)


def test_tags_that_are_not_kept_are_dropped():
    assert Defaults().dropped_tags == ()
    assert Defaults(system_tags=("name", "status")).dropped_tags == (
        "method",
        "proto",
        "error_kind",
        "expected_response",
    )
