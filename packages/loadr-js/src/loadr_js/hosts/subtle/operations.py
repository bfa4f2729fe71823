"""What scripts ask for, by name; errors get the names of the API."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from loadr_js.hosts.subtle.calls import Generator
from loadr_js.hosts.subtle.ciphers import decrypted, encrypted
from loadr_js.hosts.subtle.deriving import derived
from loadr_js.hosts.subtle.formats import AES_BITS, exported, imported
from loadr_js.hosts.subtle.keys import CURVES, Key, hash_of
from loadr_js.hosts.subtle.signing import signed, verified
from loadr_js.runtime.outcomes import HostError

_Algorithm = Mapping[str, Any]
_LARGEST_RSA: Final = 8192


def _generate(generator: Generator, algorithm: _Algorithm) -> Any:
    """A secret from the VU's generator, so that a run can be repeated; a pair from the system's."""
    name = algorithm["name"]
    if name.startswith("AES-"):
        bits = algorithm.get("length")
        if bits not in AES_BITS:
            raise HostError(f"invalid key length {bits}", name="OperationError")
        return Key("secret", {"name": name, "length": bits}, generator().randbytes(bits // 8)).crossing()
    if name == "HMAC":
        bits = int(algorithm.get("length") or (hash_of(algorithm).block_size or 0) * 8)
        if bits <= 0 or bits % 8:
            raise HostError(f"invalid key length {bits}", name="OperationError")
        shown = {"name": name, "hash": algorithm["hash"], "length": bits}
        return Key("secret", shown, generator().randbytes(bits // 8)).crossing()
    if name.startswith("EC"):
        if algorithm.get("namedCurve") not in CURVES:
            raise HostError(f"unknown namedCurve: known are {', '.join(CURVES)}", name="NotSupportedError")
        return Key.pair(ec.generate_private_key(CURVES[algorithm["namedCurve"]]), {"name": name})
    hash_of(algorithm)
    size = int(algorithm.get("modulusLength", 0))
    if size > _LARGEST_RSA:
        raise HostError(f"modulusLength is at most {_LARGEST_RSA}", name="OperationError")
    exponent = int(algorithm.get("publicExponent", {"bytes": "0"})["bytes"], 16)
    private = rsa.generate_private_key(exponent, size)
    return Key.pair(private, {"name": name, "hash": algorithm["hash"]})


def _import(_: Generator, form: str, data: Any, algorithm: _Algorithm) -> Any:
    return imported(form, data, algorithm).crossing()


def _export(_: Generator, form: str, key: _Algorithm) -> Any:
    return exported(form, Key.crossed(key))


def _sign(_: Generator, algorithm: _Algorithm, key: _Algorithm, data: str) -> str:
    return signed(algorithm, Key.crossed(key), bytes.fromhex(data)).hex()


def _verify(_: Generator, algorithm: _Algorithm, key: _Algorithm, signature: str, data: str) -> bool:
    return verified(algorithm, Key.crossed(key), bytes.fromhex(signature), bytes.fromhex(data))


def _encrypt(_: Generator, algorithm: _Algorithm, key: _Algorithm, data: str) -> str:
    return encrypted(algorithm, Key.crossed(key), bytes.fromhex(data)).hex()


def _decrypt(_: Generator, algorithm: _Algorithm, key: _Algorithm, data: str) -> str:
    return decrypted(algorithm, Key.crossed(key), bytes.fromhex(data)).hex()


def _derive(_: Generator, algorithm: _Algorithm, key: _Algorithm, bits: int | None) -> str:
    return derived(algorithm, Key.crossed(key), bits).hex()


def _failing(name: str, operation: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(*arguments: Any) -> Any:
        try:
            return operation(*arguments)
        except (ValueError, OverflowError, InvalidTag, UnsupportedAlgorithm) as error:
            reason = str(error).split("\n", 1)[0]
            raise HostError(
                f"could not {name}{f': {reason}' if reason else ''}", name="OperationError"
            ) from error

    return guarded


_BARE: Final[Mapping[str, Callable[..., Any]]] = {
    "generate": _generate,
    "import": _import,
    "export": _export,
    "sign": _sign,
    "verify": _verify,
    "encrypt": _encrypt,
    "decrypt": _decrypt,
    "derive": _derive,
}
OPERATIONS: Final = {name: _failing(name, operation) for name, operation in _BARE.items()}
"""Operations by name: called with the VU's generator, then with what the script gives."""
