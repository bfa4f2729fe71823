"""The same loop over HTTP/1.1 and TLS 1.3, kept alive, where the server offers no HTTP/2: loadr, k6 and wrk."""

from benchmarks.harness.comparison import Comparison
from benchmarks.harness.nginx import Speaks

COMPARISON = Comparison("tls", Speaks.TLS, peers=("loadr", "k6", "wrk"), references=("k6", "wrk"))

add_arguments = COMPARISON.add_arguments
run = COMPARISON.run
