"""Bits from passwords, from other bits, and from two parties' keys."""

from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDH
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from loadr_js.hosts.subtle.keys import Key, hash_of
from loadr_js.runtime.outcomes import HostError


def derived(algorithm: Mapping[str, Any], key: Key, bits: int | None) -> bytes:
    """Derived bits: so many, and of ECDH all where none are asked for."""
    if algorithm["name"] == "ECDH":
        return _agreed(algorithm, key, bits)
    if not bits or bits % 8:
        raise HostError(f"{algorithm['name']} derives whole bytes: {bits} bits", name="OperationError")
    salt = _bytes(algorithm, "salt")
    if algorithm["name"] == "HKDF":
        return HKDF(hash_of(algorithm), bits // 8, salt, _bytes(algorithm, "info")).derive(key.material)
    iterations = int(algorithm.get("iterations", 0))
    if iterations < 1:
        raise HostError("PBKDF2 needs iterations", name="OperationError")
    return PBKDF2HMAC(hash_of(algorithm), bits // 8, salt, iterations).derive(key.material)


def _agreed(algorithm: Mapping[str, Any], key: Key, bits: int | None) -> bytes:
    peer = Key.crossed(algorithm["public"])
    if peer.kind != "public" or peer.algorithm != key.algorithm:
        raise HostError("ECDH needs a public key of the same curve", name="InvalidAccessError")
    secret = key.ec_private.exchange(ECDH(), peer.ec_public)
    if bits is None:
        return secret
    if bits % 8 or bits > len(secret) * 8:
        raise HostError(f"ECDH cannot derive {bits} bits: at most {len(secret) * 8}", name="OperationError")
    return secret[: bits // 8]


def _bytes(algorithm: Mapping[str, Any], member: str) -> bytes:
    if algorithm.get(member) is None:
        raise HostError(f"{algorithm['name']} needs {member}", name="TypeError")
    return bytes.fromhex(algorithm[member]["bytes"])
