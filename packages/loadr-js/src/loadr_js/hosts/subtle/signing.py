"""Signatures: HMAC, ECDSA, and RSA in two paddings."""

import hmac
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, AsymmetricPadding, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from loadr_js.hosts.subtle.keys import Key, hash_of

_HASHLIB: Final = {"SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


def signed(algorithm: Mapping[str, Any], key: Key, data: bytes) -> bytes:
    """The signature; of ECDSA both numbers, each as long as the curve's order (IEEE P1363)."""
    match key.algorithm["name"]:
        case "HMAC":
            return hmac.digest(key.material, data, _HASHLIB[key.algorithm["hash"]["name"]])
        case "ECDSA":
            private = key.ec_private
            size = (private.curve.key_size + 7) // 8
            r, s = decode_dss_signature(private.sign(data, ECDSA(hash_of(algorithm))))
            return r.to_bytes(size, "big") + s.to_bytes(size, "big")
        case _:
            return key.rsa_private.sign(data, _padding(algorithm, key), hash_of(key.algorithm))


def verified(algorithm: Mapping[str, Any], key: Key, signature: bytes, data: bytes) -> bool:
    """Whether a signature is that of the data."""
    try:
        match key.algorithm["name"]:
            case "HMAC":
                return hmac.compare_digest(signed(algorithm, key, data), signature)
            case "ECDSA":
                size = (key.ec_public.curve.key_size + 7) // 8
                if len(signature) != 2 * size:
                    return False
                r, s = (int.from_bytes(half, "big") for half in (signature[:size], signature[size:]))
                key.ec_public.verify(encode_dss_signature(r, s), data, ECDSA(hash_of(algorithm)))
            case _:
                # RFC 8017, sections 8.1.2 and 8.2.2: OpenSSL takes one without its leading zeros as well.
                if len(signature) != (key.rsa_public.key_size + 7) // 8:
                    return False
                key.rsa_public.verify(signature, data, _padding(algorithm, key), hash_of(key.algorithm))
    except InvalidSignature:
        return False
    return True


def _padding(algorithm: Mapping[str, Any], key: Key) -> AsymmetricPadding:
    if key.algorithm["name"] == "RSA-PSS":
        return PSS(MGF1(hash_of(key.algorithm)), int(algorithm.get("saltLength", 0)))
    return PKCS1v15()
