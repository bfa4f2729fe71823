"""Which extra of the meta package brings what a plan names."""

from typing import Final

__all__ = ["EXTRAS", "install_line"]

EXTRAS: Final[dict[str, str]] = {
    "ws": "ws",
    "grpc": "grpc",
    "js": "js",
    "python": "python",
    "xpath": "extract",
    "css": "extract",
    "json": "outputs",
    "csv": "outputs",
    "parquet": "parquet",
    "prometheus": "outputs",
    "influxdb": "outputs",
    "otlp": "outputs",
    "statsd": "outputs",
}
"""The extra that installs a protocol, an output, an engine or an extractor; everything else comes with loadr or with a plugin."""


def install_line(extra: str) -> str:
    """The command that installs an extra."""
    return f"pip install 'loadr[{extra}]'"
