"""The other direction: metrics that a server has of the target, read over the time of a run."""

from loadr_outputs.observing.prometheus import PrometheusSource

__all__ = ["PrometheusSource"]
