"""Seeded randomness: the one module that makes generators.

Every draw follows (seed, scenario, VU, iteration), so that a run repeats whatever the number of
workers (R10 of the accuracy requirements).
"""

import hashlib
import secrets
from random import Random


def draw_seed() -> int:
    """A fresh seed, for a run that was given none."""
    return secrets.randbits(32)


def seed_for(seed: int, *key: str | int) -> int:
    """64 bits that depend on the run's seed and a key only."""
    material = "\x1f".join(str(part) for part in (seed, *key)).encode()
    return int.from_bytes(hashlib.blake2b(material, digest_size=8).digest())


def generator(seed: int, *key: str | int) -> Random:
    """A generator that depends on the run's seed and a key only."""
    return Random(seed_for(seed, *key))  # noqa: S311 - think times, not secrets
