"""What tests of loadr and of its plugins run against: real servers, kept small.

- `loadr_testing.demo_target`: the HTTP server behind ``loadr demo`` and ``loadr demo-target``.
- `loadr_testing.servers`: servers that misbehave on purpose, for tests of clients.
- `loadr_testing.user`: one VU's use of a protocol.
- `loadr_testing.waiting`: waiting for another process.
- `loadr_testing.errors`: what the first two raise.

Nothing is imported here, so that starting the demo target imports the demo target alone.
"""

__all__: list[str] = []
