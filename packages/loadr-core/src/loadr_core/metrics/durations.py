"""Which metrics tell of requests, whatever protocol they are of."""

from typing import Final

ALL_REQUESTS: Final = "http_req_failed"
"""The rate in which every request counts, as failed or not."""


def is_request_duration(metric: str) -> bool:
    """Whether a trend is a protocol's own request duration (plugins feed a common one as well)."""
    return metric.endswith("_req_duration") and metric != "plugin_req_duration"
