"""Seeds: arithmetic that makes of a run's seed and a key what a generator starts from. Pure."""

import hashlib


def seed_for(seed: int, *key: str | int) -> int:
    """64 bits that depend on the run's seed and a key only."""
    material = "\x1f".join(str(part) for part in (seed, *key)).encode()
    return int.from_bytes(hashlib.blake2b(material, digest_size=8).digest())
