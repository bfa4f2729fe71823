"""AES in three modes, and RSA-OAEP."""

from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.padding import PKCS7

from loadr_js.hosts.subtle.keys import Key, hash_of
from loadr_js.runtime.outcomes import HostError

_BLOCK: Final = 16
_TAG_BITS: Final = (32, 64, 96, 104, 112, 120, 128)


def encrypted(algorithm: Mapping[str, Any], key: Key, data: bytes) -> bytes:
    """The ciphertext; with GCM and its tag behind it."""
    match key.algorithm["name"]:
        case "AES-CBC":
            padder = PKCS7(_BLOCK * 8).padder()
            cipher = Cipher(AES(key.material), modes.CBC(_block(algorithm, "iv"))).encryptor()
            return cipher.update(padder.update(data) + padder.finalize()) + cipher.finalize()
        case "AES-CTR":
            return _counted(algorithm, key, data)
        case "AES-GCM":
            size = _tag_size(algorithm)
            sealing = Cipher(AES(key.material), modes.GCM(_bytes(algorithm, "iv"))).encryptor()
            sealing.authenticate_additional_data(_bytes(algorithm, "additionalData", b""))
            return sealing.update(data) + sealing.finalize() + sealing.tag[:size]
        case _:
            return key.rsa_public.encrypt(data, _oaep(algorithm, key))


def decrypted(algorithm: Mapping[str, Any], key: Key, data: bytes) -> bytes:
    """The plain text."""
    match key.algorithm["name"]:
        case "AES-CBC":
            cipher = Cipher(AES(key.material), modes.CBC(_block(algorithm, "iv"))).decryptor()
            padded = cipher.update(data) + cipher.finalize()
            unpadder = PKCS7(_BLOCK * 8).unpadder()
            return unpadder.update(padded) + unpadder.finalize()
        case "AES-CTR":
            return _counted(algorithm, key, data)
        case "AES-GCM":
            size = _tag_size(algorithm)
            if len(data) < size:
                raise ValueError("shorter than its tag")
            mode = modes.GCM(_bytes(algorithm, "iv"), data[-size:], min_tag_length=size)
            opening = Cipher(AES(key.material), mode).decryptor()
            opening.authenticate_additional_data(_bytes(algorithm, "additionalData", b""))
            return opening.update(data[:-size]) + opening.finalize()
        case _:
            return key.rsa_private.decrypt(data, _oaep(algorithm, key))


def _counted(algorithm: Mapping[str, Any], key: Key, data: bytes) -> bytes:
    """CTR with a counter in the last `length` bits of its block, which alone wrap around."""
    first = int.from_bytes(_block(algorithm, "counter"), "big")
    bits = int(algorithm.get("length", 0))
    if not 1 <= bits <= _BLOCK * 8:
        raise HostError("AES-CTR needs a length from 1 to 128 bits", name="OperationError")
    blocks = -(-len(data) // _BLOCK)
    low = first % (1 << bits)
    if blocks > 1 << bits:
        raise HostError("the data is longer than the counter can count", name="OperationError")
    until = min(((1 << bits) - low) * _BLOCK, len(data))
    return _stream(key, first, data[:until]) + _stream(key, first - low, data[until:])


def _stream(key: Key, counter: int, data: bytes) -> bytes:
    cipher = Cipher(AES(key.material), modes.CTR(counter.to_bytes(_BLOCK, "big"))).encryptor()
    return cipher.update(data) + cipher.finalize()


def _oaep(algorithm: Mapping[str, Any], key: Key) -> OAEP:
    used = hash_of(key.algorithm)
    return OAEP(MGF1(used), used, _bytes(algorithm, "label", b"") or None)


def _tag_size(algorithm: Mapping[str, Any]) -> int:
    bits = algorithm.get("tagLength", 128)
    if bits not in _TAG_BITS:
        raise HostError(
            f"tagLength {bits} is none of {', '.join(map(str, _TAG_BITS))}", name="OperationError"
        )
    return int(bits) // 8


def _block(algorithm: Mapping[str, Any], member: str) -> bytes:
    value = _bytes(algorithm, member)
    if len(value) != _BLOCK:
        raise HostError(f"{member} needs {_BLOCK} bytes, not {len(value)}", name="OperationError")
    return value


def _bytes(algorithm: Mapping[str, Any], member: str, default: bytes | None = None) -> bytes:
    value = algorithm.get(member)
    if value is None:
        if default is None:
            raise HostError(f"{algorithm['name']} needs {member}", name="OperationError")
        return default
    return bytes.fromhex(value["bytes"])
