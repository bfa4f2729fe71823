"""Which metrics are how long a request took."""


def is_request_duration(metric: str) -> bool:
    """Whether a trend is a protocol's own request duration (plugins feed a common one as well)."""
    return metric.endswith("_req_duration") and metric != "plugin_req_duration"
