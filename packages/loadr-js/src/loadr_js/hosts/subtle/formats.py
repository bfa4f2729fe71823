"""Keys from and to the formats of the API: `raw`, `spki`, `pkcs8`, `jwk` (RFC 7517 and 7518)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

from loadr_js.hosts.subtle.keys import CURVES, Key, PrivateKey, PublicKey, curve_name
from loadr_js.runtime.outcomes import HostError

AES_BITS: Final = (128, 192, 256)
_SECRETS: Final = ("AES-", "HMAC", "PBKDF2", "HKDF")
_HASH_BITS: Final = {"SHA-1": "1", "SHA-256": "256", "SHA-384": "384", "SHA-512": "512"}
_RSA_NAMES: Final = {"RSASSA-PKCS1-v1_5": "RS", "RSA-PSS": "PS"}
_AES_NAMES: Final = {"AES-CBC": "CBC", "AES-CTR": "CTR", "AES-GCM": "GCM"}
_PRIVATE_RSA: Final = ("d", "p", "q", "dp", "dq", "qi")


def imported(form: str, data: Any, algorithm: Mapping[str, Any]) -> Key:
    """The key in some data.

    Args:
        form: the format.
        data: hexadecimal text, or the members of a JWK.
        algorithm: with its name, and for elliptic curves `namedCurve`.

    Raises:
        HostError: `DataError` for data that is no such key, `NotSupportedError` for a format that the algorithm does not have.
    """
    try:
        if algorithm["name"].startswith(_SECRETS):
            return _secret(form, data, algorithm)
        key = _asymmetric(form, data, algorithm)
    except (ValueError, TypeError, KeyError, UnsupportedAlgorithm) as error:
        raise HostError(f"the data is no {form} key of {algorithm['name']}", name="DataError") from error
    _fits(key, algorithm)
    shown = {member: algorithm[member] for member in ("name", "hash") if member in algorithm}
    if isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        return Key.public(key, shown)
    return Key.private(key, shown)


def exported(form: str, key: Key) -> Any:
    """A key in a format: hexadecimal text, or the members of a JWK.

    Raises:
        HostError: the key cannot be had in it.
    """
    if form == "jwk":
        return _jwk_of(key)
    if form == "raw" and key.kind == "secret":
        return key.material.hex()
    if form == "raw" and key.kind == "public" and key.algorithm["name"].startswith("EC"):
        return key.ec_public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint).hex()
    if (form, key.kind) in {("spki", "public"), ("pkcs8", "private")}:
        return key.material.hex()
    raise _unsupported(form, key.algorithm, f"of a {key.kind} key")


def _unsupported(form: str, algorithm: Mapping[str, Any], what: str = "") -> HostError:
    return HostError(f"unsupported format {form!r} {what} for {algorithm['name']}", name="NotSupportedError")


def _secret(form: str, data: Any, algorithm: Mapping[str, Any]) -> Key:
    name = algorithm["name"]
    if form == "raw":
        material = bytes.fromhex(data)
    elif form == "jwk" and name not in ("PBKDF2", "HKDF"):
        if data.get("kty") != "oct" or "k" not in data:
            raise HostError("invalid symmetric JWK: kty oct and k are required", name="DataError")
        material = _from_base64(data["k"])
    else:
        raise _unsupported(form, algorithm)
    bits = len(material) * 8
    if name in ("PBKDF2", "HKDF"):
        return Key("secret", {"name": name}, material)
    if name == "HMAC":
        if not material:
            raise HostError("an HMAC key has at least one byte", name="DataError")
        return Key("secret", {"name": name, "hash": algorithm["hash"], "length": bits}, material)
    if bits not in AES_BITS:
        raise HostError(f"invalid key length {len(material)} bytes", name="DataError")
    return Key("secret", {"name": name, "length": bits}, material)


def _asymmetric(form: str, data: Any, algorithm: Mapping[str, Any]) -> PublicKey | PrivateKey:
    is_curve = algorithm["name"].startswith("EC")
    key: Any
    if form == "spki":
        key = load_der_public_key(bytes.fromhex(data))
    elif form == "pkcs8":
        key = load_der_private_key(bytes.fromhex(data), None)
    elif form == "raw" and is_curve:
        curve = CURVES[algorithm["namedCurve"]]
        key = ec.EllipticCurvePublicKey.from_encoded_point(curve, bytes.fromhex(data))
    elif form == "jwk":
        key = _curve_key(data) if is_curve else _rsa_key(data)
    else:
        raise _unsupported(form, algorithm)
    wanted = (
        (ec.EllipticCurvePublicKey, ec.EllipticCurvePrivateKey)
        if is_curve
        else (rsa.RSAPublicKey, rsa.RSAPrivateKey)
    )
    if not isinstance(key, wanted):
        raise TypeError(type(key).__name__)
    return key


def _fits(key: PublicKey | PrivateKey, algorithm: Mapping[str, Any]) -> None:
    """Hold a key against the curve that the script names."""
    if isinstance(key, ec.EllipticCurvePublicKey | ec.EllipticCurvePrivateKey):
        name = curve_name(key.curve)
        if algorithm.get("namedCurve", name) != name:
            raise HostError(f"the key is of {name}, not of {algorithm['namedCurve']}", name="DataError")


def _curve_key(jwk: Mapping[str, Any]) -> PublicKey | PrivateKey:
    if jwk.get("kty") != "EC":
        raise ValueError("kty")
    x, y = _number(jwk["x"]), _number(jwk["y"])
    public = ec.EllipticCurvePublicNumbers(x, y, CURVES[jwk["crv"]])
    if "d" in jwk:
        return ec.EllipticCurvePrivateNumbers(_number(jwk["d"]), public).private_key()
    return public.public_key()


def _rsa_key(jwk: Mapping[str, Any]) -> PublicKey | PrivateKey:
    if jwk.get("kty") != "RSA":
        raise ValueError("kty")
    public = rsa.RSAPublicNumbers(_number(jwk["e"]), _number(jwk["n"]))
    if "d" not in jwk:
        return public.public_key()
    d, p, q, dp, dq, qi = (_number(jwk[member]) for member in _PRIVATE_RSA)
    return rsa.RSAPrivateNumbers(p, q, d, dp, dq, qi, public).private_key()


def _jwk_of(key: Key) -> dict[str, Any]:
    algorithm = key.algorithm
    name = algorithm["name"]
    if key.kind == "secret":
        if name == "HMAC":
            used = f"HS{_HASH_BITS[algorithm['hash']['name']]}"
        elif name in _AES_NAMES:
            used = f"A{algorithm['length']}{_AES_NAMES[name]}"
        else:
            raise _unsupported("jwk", algorithm)
        return {"kty": "oct", "k": _base64(key.material), "alg": used}
    if name.startswith("EC"):
        return _jwk_of_curve(key)
    bits = _HASH_BITS[algorithm["hash"]["name"]]
    used = (
        f"{_RSA_NAMES[name]}{bits}"
        if name in _RSA_NAMES
        else "RSA-OAEP" + ("" if bits == "1" else f"-{bits}")
    )
    return {**_jwk_of_rsa(key), "alg": used}


def _jwk_of_curve(key: Key) -> dict[str, Any]:
    private = key.ec_private if key.kind == "private" else None
    public = key.ec_public if private is None else private.public_key()
    size = (public.curve.key_size + 7) // 8
    numbers = public.public_numbers()
    jwk = {
        "kty": "EC",
        "crv": curve_name(public.curve),
        "x": _base64(numbers.x.to_bytes(size, "big")),
        "y": _base64(numbers.y.to_bytes(size, "big")),
    }
    if private is not None:
        jwk["d"] = _base64(private.private_numbers().private_value.to_bytes(size, "big"))
    return jwk


def _jwk_of_rsa(key: Key) -> dict[str, Any]:
    if key.kind == "public":
        public = key.rsa_public.public_numbers()
        return {"kty": "RSA", "n": _of_number(public.n), "e": _of_number(public.e)}
    numbers = key.rsa_private.private_numbers()
    public = numbers.public_numbers
    values = (numbers.d, numbers.p, numbers.q, numbers.dmp1, numbers.dmq1, numbers.iqmp)
    parts = zip(_PRIVATE_RSA, values, strict=True)
    return {
        "kty": "RSA",
        "n": _of_number(public.n),
        "e": _of_number(public.e),
        **{member: _of_number(value) for member, value in parts},
    }


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _from_base64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _number(text: str) -> int:
    return int.from_bytes(_from_base64(text), "big")


def _of_number(value: int) -> str:
    return _base64(value.to_bytes((value.bit_length() + 7) // 8, "big"))
