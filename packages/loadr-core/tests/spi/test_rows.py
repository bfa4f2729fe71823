import pytest

from loadr_core.spi import request_layout


@pytest.mark.parametrize(
    ("protocol", "failures"),
    [("tcp", ("http_req_failed", "tcp_req_failed")), ("http", ("http_req_failed",))],
)
def test_the_failures_of_a_protocol_are_counted_once_under_each_name(protocol, failures):
    assert request_layout(protocol).failures == failures
