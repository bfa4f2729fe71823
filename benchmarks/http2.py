"""The same loop over HTTP/2 and TLS 1.3, a connection per VU: loadr, k6 and h2load."""

from benchmarks.harness.comparison import Comparison
from benchmarks.harness.nginx import Speaks

COMPARISON = Comparison("http2", Speaks.HTTP_2, peers=("loadr", "k6", "h2load"), references=("k6", "h2load"))

add_arguments = COMPARISON.add_arguments
run = COMPARISON.run
