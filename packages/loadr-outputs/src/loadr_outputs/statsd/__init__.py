"""StatsD over UDP."""

from loadr_outputs.statsd.output import Statsd

__all__ = ["Statsd"]
