"""OpenTelemetry collectors, over gRPC and HTTP."""

from loadr_outputs.otlp.output import Otlp

__all__ = ["Otlp"]
