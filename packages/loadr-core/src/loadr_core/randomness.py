"""Seeded randomness: the one module that makes generators.

Every draw follows (seed, scenario, VU, iteration), so that a run repeats whatever the number of
workers (R10 of the accuracy requirements).
"""

import secrets
from random import Random

from loadr_core.seeds import seed_for

__all__ = ["draw_seed", "generator", "seed_for"]


def draw_seed() -> int:
    """A fresh seed, for a run that was given none."""
    return secrets.randbits(32)


def generator(seed: int, *key: str | int) -> Random:
    """A generator that depends on the run's seed and a key only."""
    return Random(seed_for(seed, *key))  # noqa: S311 - think times, not secrets


def random_hex(digits: int) -> str:
    """Hexadecimal digits that no other run draws: what names things outside of it, such as traces."""
    return secrets.token_hex((digits + 1) // 2)[:digits]
