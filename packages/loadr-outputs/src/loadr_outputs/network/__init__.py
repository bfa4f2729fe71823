"""Speaking to services: one POST with a verdict, and where a library is missing."""

from loadr_outputs.network.libraries import require
from loadr_outputs.network.posting import Poster

__all__ = ["Poster", "require"]
