"""Foreign errors, translated once: what the system, the resolver and TLS say, in plain words."""

import errno
import socket
import ssl
from typing import Final

from loadr_core.spi import EXHAUSTION_WORDS
from loadr_protocols.http.errors import Detail, ErrorKind, ExchangeFailed

# OpenSSL's X509_V_ERR_* numbers (x509_vfy.h).
_CERTIFICATE_WORDS: Final = {
    9: "is not valid yet",
    10: "has expired",
    18: "is self-signed",
    19: "is signed by an authority that is not trusted here",
    20: "is signed by an authority that is not trusted here",
    21: "is signed by an authority that is not trusted here",
    23: "has been revoked",
    62: "is for another host name",
    64: "is for another IP address",
}
_NOT_TRUSTED: Final = frozenset({18, 19, 20, 21})
_WRONG_NAME: Final = frozenset({62, 64})
_TRUST_HINT: Final = "set tls.ca_file, or tls.insecure_skip_verify to test without verification"

_NO_TLS: Final = "the server does not speak TLS on this port"

_TLS_WORDS: Final = {
    "WRONG_VERSION_NUMBER": _NO_TLS,
    "RECORD_LAYER_FAILURE": _NO_TLS,
    "UNEXPECTED_EOF_WHILE_READING": "the server closed the connection inside the handshake",
    "TLSV1_ALERT_PROTOCOL_VERSION": "the server refuses these TLS versions",
    "UNSUPPORTED_PROTOCOL": "the server offers no TLS version that is allowed here",
    "TLSV1_ALERT_UNKNOWN_CA": "the server does not trust the client certificate's authority",
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "the server asks for a client certificate",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "the server found no common TLS parameters",
}

_ERRNO_WORDS: Final = {
    **EXHAUSTION_WORDS,
    errno.EHOSTUNREACH: "the host cannot be reached",
    errno.ENETUNREACH: "the network cannot be reached",
}


def failure_of(error: Exception | None, peer: str) -> ExchangeFailed:
    """The failure of an exchange for an error of the network.

    Args:
        error: `None` means that the peer closed the connection in order.
        peer: host and port, for the message.
    """
    match error:
        case None:
            return ExchangeFailed(ErrorKind.CONNECTION, f"{peer} closed the connection before it responded")
        case ExchangeFailed():
            return error
        case ssl.SSLCertVerificationError():
            return ExchangeFailed(ErrorKind.TLS, _certificate(error, peer), detail=_detail(error))
        case ssl.SSLError():
            words = _tls(error)
            no_tls: Detail = "no_tls" if words == _NO_TLS else ""
            return ExchangeFailed(ErrorKind.TLS, f"TLS with {peer}: {words}", detail=no_tls)
        case socket.gaierror():
            words = (error.strerror or str(error)).lower()
            return ExchangeFailed(ErrorKind.DNS, f"cannot look up {peer}: {words}")
        case ConnectionRefusedError():
            return ExchangeFailed(ErrorKind.CONNECTION_REFUSED, f"{peer} refused the connection")
        case ConnectionResetError() | BrokenPipeError() | ConnectionAbortedError():
            return ExchangeFailed(ErrorKind.CONNECTION_RESET, f"{peer} reset the connection")
        case TimeoutError():
            return ExchangeFailed(ErrorKind.TIMEOUT, f"{peer} did not answer in the system's time")
        case OSError():
            words = _ERRNO_WORDS.get(error.errno or 0, error.strerror or str(error))
            return ExchangeFailed(ErrorKind.CONNECTION, f"{peer}: {words}")
        case _:
            return ExchangeFailed(ErrorKind.CONNECTION, f"{peer}: {error}")


def _tls(error: ssl.SSLError) -> str:
    # Python does not know the names of OpenSSL's newer reasons.
    if "no application protocol" in str(error):
        return "the server offers no version of HTTP that the plan allows"
    return _TLS_WORDS.get(error.reason or "", (error.reason or str(error)).replace("_", " ").lower())


def _detail(error: ssl.SSLCertVerificationError) -> Detail:
    if error.verify_code in _NOT_TRUSTED:
        return "unknown_authority"
    return "wrong_name" if error.verify_code in _WRONG_NAME else ""


def _certificate(error: ssl.SSLCertVerificationError, peer: str) -> str:
    words = _CERTIFICATE_WORDS.get(error.verify_code)
    if words is None:
        return f"the certificate of {peer} is not accepted: {error.verify_message}"
    hint = f"; {_TRUST_HINT}" if error.verify_code in _NOT_TRUSTED else ""
    return f"the certificate of {peer} {words}{hint}"
