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


def generator(seed: int, *key: str | int) -> Random:
    """A generator that depends on the seed and a key only."""
    material = "\x1f".join(str(part) for part in (seed, *key)).encode()
    return Random(int.from_bytes(hashlib.blake2b(material, digest_size=8).digest()))  # noqa: S311


def reseed(random: Random, base: int, iteration: int) -> None:
    """Start a generator anew for an iteration; `base` identifies seed, scenario and VU."""
    random.seed(base ^ (iteration * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF))
