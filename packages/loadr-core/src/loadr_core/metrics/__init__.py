"""What was measured, merged: deltas, histograms, views. Recording is `loadr_core.recording`."""

from loadr_core.metrics.aggregator import Aggregator, View, instance_selector
from loadr_core.metrics.delta import Delta
from loadr_core.metrics.histogram import Histogram
from loadr_core.metrics.tags import TagBudget
from loadr_core.metrics.timeline import Timeline

__all__ = [
    "Aggregator",
    "Delta",
    "Histogram",
    "TagBudget",
    "Timeline",
    "View",
    "instance_selector",
]
