import pytest

from loadr_config.models import GraphqlBlock, GrpcBlock, Request, SocketBlock, SseBlock, WsBlock
from loadr_config.protocols import protocol_of, scheme_of


@pytest.mark.parametrize(
    ("request_", "base_url", "protocol"),
    [
        (Request(url="/a"), None, "http"),
        (Request(url="/a"), "https://x", "http"),
        (Request(url="/a"), "wss://x", "ws"),
        (Request(url="HTTPS://x"), None, "http"),
        (Request(url="${vars.base}/x"), None, "http"),
        (Request(url="wss://x"), "http://y", "ws"),
        (Request(url="grpcs://x"), None, "grpc"),
        (Request(url="tcp://x:1"), None, "tcp"),
        (Request(url="postgres://x"), None, "postgresql"),
        (Request(url="nothing://x"), None, None),
        (Request(url="/a", protocol="websocket"), None, "ws"),
        (Request(url="/a", protocol="https"), None, "http"),
        (Request(url="/a", protocol="mqtt"), None, "mqtt"),
        (Request(url="http://x", graphql=GraphqlBlock(query="{a}")), None, "graphql"),
        (Request(url="http://x", ws=WsBlock()), None, "ws"),
        (Request(url="http://x", sse=SseBlock()), None, "sse"),
        (Request(url="x:1", grpc=GrpcBlock(service="a", method="b")), None, "grpc"),
        (Request(url="udp://x:1", socket=SocketBlock()), None, "udp"),
        (Request(url="x:1", socket=SocketBlock()), None, "tcp"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_word_block_and_scheme_decide_in_this_order(request_, base_url, protocol):
    assert protocol_of(request_, base_url, {"postgres": "postgresql"}) == protocol


@pytest.mark.parametrize(
    ("url", "scheme"), [("HTTP://x", "http"), ("/x", None), ("${a}://x", None), ("x:80", None)]
)
def test_a_scheme_is_read_in_lower_case(url, scheme):
    assert scheme_of(url) == scheme
