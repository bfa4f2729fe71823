import errno
import socket
import ssl

import pytest

from loadr_protocols.http.errors import ErrorKind, ExchangeFailed
from loadr_protocols.http.translate import failure_of


def tls_error(reason):
    error = ssl.SSLError(1, "")
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (None, ErrorKind.CONNECTION, "h:1 closed the connection before it responded"),
        (ConnectionRefusedError(), ErrorKind.CONNECTION_REFUSED, "h:1 refused the connection"),
        (ConnectionResetError(), ErrorKind.CONNECTION_RESET, "h:1 reset the connection"),
        (BrokenPipeError(), ErrorKind.CONNECTION_RESET, "h:1 reset the connection"),
        (ConnectionAbortedError(), ErrorKind.CONNECTION_RESET, "h:1 reset the connection"),
        (OSError(errno.ETIMEDOUT, "x"), ErrorKind.TIMEOUT, "h:1 did not answer in the system's time"),
        (
            OSError(errno.EMFILE, "x"),
            ErrorKind.CONNECTION,
            "h:1: this process has no free file descriptor (ulimit -n)",
        ),
        (OSError(errno.EADDRNOTAVAIL, "x"), ErrorKind.CONNECTION, "h:1: this machine has no free local port"),
        (OSError(errno.EIO, "odd"), ErrorKind.CONNECTION, "h:1: odd"),
        (socket.gaierror(-2, "Name unknown"), ErrorKind.DNS, "cannot look up h:1: name unknown"),
        (
            tls_error("WRONG_VERSION_NUMBER"),
            ErrorKind.TLS,
            "TLS with h:1: the server does not speak TLS on this port",
        ),
        (tls_error("ODD_THING"), ErrorKind.TLS, "TLS with h:1: odd thing"),
        (ValueError("odd"), ErrorKind.CONNECTION, "h:1: odd"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_words(error, kind, message):
    failure = failure_of(error, "h:1")
    assert (failure.kind, failure.message) == (kind, message)


def test_a_failure_stays_what_it_is():
    failure = ExchangeFailed(ErrorKind.DNS, "x")
    assert failure_of(failure, "h:1") is failure


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (10, "the certificate of h:1 has expired"),
        (9, "the certificate of h:1 is not valid yet"),
        (18, "the certificate of h:1 is self-signed; set tls.ca_file"),
        (62, "the certificate of h:1 is for another host name"),
        (12345, "the certificate of h:1 is not accepted: odd"),
    ],
)
def test_certificates(code, words):
    error = ssl.SSLCertVerificationError(1, "")
    error.verify_code, error.verify_message = code, "odd"
    failure = failure_of(error, "h:1")
    assert failure.kind is ErrorKind.TLS
    assert failure.message.startswith(words)
