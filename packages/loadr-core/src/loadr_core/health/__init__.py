"""Whether the generator itself can be trusted. Pure."""

from loadr_core.health.evidence import Evidence, LagFigures, SpeedFigures, StartFigures
from loadr_core.health.monitor import HealthMonitor

__all__ = ["Evidence", "HealthMonitor", "LagFigures", "SpeedFigures", "StartFigures"]
