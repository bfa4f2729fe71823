"""Keys as they cross: what a script's `CryptoKey` is made of, and what cryptography makes of that."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    SECP521R1,
    EllipticCurve,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

from loadr_js.runtime.outcomes import HostError

PublicKey = RSAPublicKey | EllipticCurvePublicKey
PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey

# A script uses a few keys over and over; reading one costs up to 100 us.
_KEPT: Final = 64

CURVES: Final[Mapping[str, EllipticCurve]] = {
    "P-256": SECP256R1(),
    "P-384": SECP384R1(),
    "P-521": SECP521R1(),
}
_HASHES: Final[Mapping[str, hashes.HashAlgorithm]] = {
    "SHA-1": hashes.SHA1(),  # noqa: S303 - the script's choice
    "SHA-256": hashes.SHA256(),
    "SHA-384": hashes.SHA384(),
    "SHA-512": hashes.SHA512(),
}


class Key:
    """A key.

    Args:
        kind: `secret`, `public` or `private`.
        algorithm: `name`, and what else the script sees.
        material: the bytes of a secret; of a public key SubjectPublicKeyInfo in DER, of a private one PKCS #8.
    """

    __slots__ = ("algorithm", "kind", "material")

    def __init__(self, kind: str, algorithm: Mapping[str, Any], material: bytes) -> None:
        self.kind = kind
        self.algorithm = algorithm
        self.material = material

    @classmethod
    def crossed(cls, given: Mapping[str, Any]) -> Self:
        """The key that the script holds."""
        return cls(given["type"], given["algorithm"], bytes.fromhex(given["material"]))

    @classmethod
    def pair(cls, private: PrivateKey, algorithm: Mapping[str, Any]) -> "dict[str, dict[str, Any]]":
        """A key pair, to cross."""
        public = cls.public(private.public_key(), algorithm)
        return {"publicKey": public.crossing(), "privateKey": cls.private(private, algorithm).crossing()}

    @classmethod
    def public(cls, key: PublicKey, algorithm: Mapping[str, Any]) -> Self:
        """A public key."""
        der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return cls("public", {**algorithm, **_shown(key)}, der)

    @classmethod
    def private(cls, key: PrivateKey, algorithm: Mapping[str, Any]) -> Self:
        """A private key."""
        der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return cls("private", {**algorithm, **_shown(key.public_key())}, der)

    def crossing(self) -> dict[str, Any]:
        """As it crosses to the script."""
        return {"type": self.kind, "algorithm": self.algorithm, "material": self.material.hex()}

    @property
    def rsa_public(self) -> RSAPublicKey:
        """The public half, of RSA."""
        key = _public(self.material)
        assert isinstance(key, RSAPublicKey)
        return key

    @property
    def rsa_private(self) -> RSAPrivateKey:
        """The private half, of RSA."""
        key = _private(self.material)
        assert isinstance(key, RSAPrivateKey)
        return key

    @property
    def ec_public(self) -> EllipticCurvePublicKey:
        """The public half, of elliptic curves."""
        key = _public(self.material)
        assert isinstance(key, EllipticCurvePublicKey)
        return key

    @property
    def ec_private(self) -> EllipticCurvePrivateKey:
        """The private half, of elliptic curves."""
        key = _private(self.material)
        assert isinstance(key, EllipticCurvePrivateKey)
        return key

    def __repr__(self) -> str:
        return f"<Key {self.kind} {self.algorithm['name']}>"


def hash_of(algorithm: Mapping[str, Any]) -> hashes.HashAlgorithm:
    """The hash that an algorithm names.

    Raises:
        HostError: it names none that there is.
    """
    name = (algorithm.get("hash") or {}).get("name", "")
    if name not in _HASHES:
        raise HostError(f"unknown hash {name!r}: known are {', '.join(_HASHES)}", name="NotSupportedError")
    return _HASHES[name]


def _shown(key: PublicKey) -> dict[str, Any]:
    """What a script sees of a key's numbers."""
    if isinstance(key, EllipticCurvePublicKey):
        return {"namedCurve": curve_name(key.curve)}
    numbers = key.public_numbers()
    exponent = numbers.e.to_bytes((numbers.e.bit_length() + 7) // 8, "big")
    return {"modulusLength": key.key_size, "publicExponent": {"bytes": exponent.hex()}}


def curve_name(curve: EllipticCurve) -> str:
    """A curve's name in the API.

    Raises:
        HostError: it has none there.
    """
    for name, known in CURVES.items():
        if known.name == curve.name:
            return name
    raise HostError(f"the curve {curve.name} is not supported", name="DataError")


@lru_cache(_KEPT)
def _public(der: bytes) -> Any:
    return load_der_public_key(der)


@lru_cache(_KEPT)
def _private(der: bytes) -> Any:
    return load_der_private_key(der, None)
