"""Prometheus: an endpoint to scrape, and remote write."""

from loadr_outputs.prometheus.output import Prometheus

__all__ = ["Prometheus"]
