"""Seeds: arithmetic that makes of a run's seed and a key what a generator starts from. Pure."""

import hashlib
from typing import Final

_MASK: Final = 0xFFFFFFFFFFFFFFFF


def seed_for(seed: int, *key: str | int) -> int:
    """64 bits that depend on the run's seed and a key only."""
    material = "\x1f".join(str(part) for part in (seed, *key)).encode()
    return int.from_bytes(hashlib.blake2b(material, digest_size=8).digest())


def mixed(bits: int) -> int:
    """64 bits of which each depends on all 64 given ones (SplitMix64; Steele, Lea, Flood 2014)."""
    bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB & _MASK
    return bits ^ (bits >> 31)
