"""The demo target: a small, fast HTTP/1.1 server with something to try for every feature.

It answers at least 50,000 small requests per second on one core of a fast machine, so that it is
not the bottleneck of a demonstration. Answers are deterministic, memory is bounded, and it listens
on loopback unless told otherwise.

============================== ==================================================================
endpoint                       answer
============================== ==================================================================
``GET /``                      a line of text
``GET /json``                  500 bytes of JSON, always the same
``GET /page``                  HTML: links to products, a form with the hidden field ``csrf``
``GET /feed``                  XML: products in a namespace
``GET /site``                  HTML with a style sheet, a script and pictures, for browsers
``GET /site/{name}``           one of these resources, which may be cached
``GET /compressed/{coding}``   9,000 bytes of text as ``gzip`` or ``deflate``
``GET /health``                ``{"status": "ok"}``
``GET /stats``                 requests and connections seen so far, this request included
``ANY /echo``                  method, path, query, headers and body as JSON
``ANY /delay/{ms}``            after that many milliseconds (at most 60,000)
``ANY /delay?distribution=…``  after a drawn delay: constant, uniform, exponential, normal or
                               lognormal; ``mean``, ``min``, ``max`` (ms), ``stddev`` (normal, ms),
                               ``sigma`` (lognormal), ``seed``: the same seed gives the same series
``ANY /status/{code}``         that status, 200 to 599
``ANY /rate/{percent}``        500 for exactly that share of every 100 requests, else 200; ``seed``
                               chooses which ones
``GET /redirect/{n}``          302 n times with relative locations, ending at ``/json``
``GET /redirect-to``           to ``url`` with ``status`` 301, 302 (default), 303, 307 or 308
``GET /bytes/{n}``             n bytes with Content-Length
``GET /chunked/{chunks}``      that many chunks of ``size`` bytes (100)
``GET /drip``                  ``chunks`` (5) chunks of ``size`` bytes (16), ``interval_ms`` (100)
                               apart
``GET /events``                server-sent events ``tick`` with ids, ``count`` (5) in all, ``interval_ms``
                               (20) apart; goes on behind Last-Event-ID
``ANY /chat``                  server-sent events as a language model streams them: ``count`` (20)
                               tokens, ``interval_ms`` (10) apart, then ``[DONE]``
``GET /ws``                    WebSocket: every message is sent back
``ANY /headers``               the request's headers as JSON
``GET /user-agent``            the request's User-Agent as JSON
``GET /cookies``               the request's cookies as JSON
``GET /cookies/set?a=b``       sets each as a cookie, 302 to ``/cookies``
``POST /login``                JSON or form ``user``, ``password`` (any but ``wrong``): sets the
                               cookie ``session`` and returns ``{"user": …, "token": …}``
``GET /me``                    who is logged in, by cookie or ``Authorization: Bearer``; else 401
``POST /logout``               ends the session, 204
``GET /products``              the catalogue
``GET /products/{id}``         one product, 1 to 20
``POST /graphql``              GraphQL over the catalogue
``POST /cart``                 JSON or form ``product_id``, ``quantity`` (1); needs a login
``GET /cart``                  what lies in it and the total in cents
``POST /orders``               201 with Location, empties the cart; 409 if there is nothing in it
``GET /orders/{id}``           one of one's own orders
``ANY /fault/reset``           the connection is reset (RST)
``ANY /fault/stall``           no answer, ever; the connection stays open
``ANY /fault/close``           the connection is closed without an answer
``ANY /fault/truncated``       half of the announced body, then the connection is closed
``ANY /fault/malformed``       something that is not HTTP
``ANY /fault/slow-head``       a good answer, its head byte by byte, ``interval_ms`` (20) apart
============================== ==================================================================

On the same port, ``PING``, ``ECHO text`` and ``QUIT`` as a line each are answered with a line over plain TCP,
and every UDP datagram is sent back. A connection that begins as HTTP/2 calls `shop.v1.Shop` of `shop.proto`
by gRPC, with health and reflection; without the extra `grpc` each call says what to install.

Everything else is 404, a wrong method 405, a wrong parameter 400, each with ``{"error": …}``.
``HEAD`` works wherever ``GET`` does. Bodies are read by Content-Length or chunked, up to 10 MB (413).
"""

from loadr_testing.demo_target._process import DemoTargetProcess
from loadr_testing.demo_target._serve import serve
from loadr_testing.demo_target._server import DemoTarget

__all__ = ["DemoTarget", "DemoTargetProcess", "serve"]
