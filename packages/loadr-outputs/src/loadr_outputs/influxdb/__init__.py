"""InfluxDB, version 1 and 2."""

from loadr_outputs.influxdb.output import Influxdb

__all__ = ["Influxdb"]
