"""What counts as reached."""

from typing import Final

NEAR: Final = 1e-6
"""Timers end a wait up to a rounding of floats early; what is nearer than this, in seconds, is reached."""
