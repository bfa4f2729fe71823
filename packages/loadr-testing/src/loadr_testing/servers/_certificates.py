"""Certificates for TLS on loopback, good ones and bad ones.

They are made by ``trustme``, which is imported when the first authority is made and is not a
dependency of this distribution: only tests need it.
"""

import datetime as dt
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

from loadr_testing.errors import MissingExtraError

if TYPE_CHECKING:
    import trustme

_LONG_AGO = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)
_LOOPBACK_NAMES = ("127.0.0.1", "::1", "localhost")


class LoopbackAuthority:
    """A certificate authority that only its own client contexts trust.

    Raises:
        MissingExtraError: If ``trustme`` is not installed.
    """

    def __init__(self) -> None:
        self._authority = _new_authority()

    def __repr__(self) -> str:
        return "<LoopbackAuthority>"

    def server_context(
        self,
        *names: str,
        expired: bool = False,
        require_client_certificate: bool = False,
        alpn: tuple[str, ...] = (),
    ) -> ssl.SSLContext:
        """Make the context of a TLS server.

        Args:
            names: Host names and addresses in its certificate; loopback's if none are given. A name
                that the client does not ask for makes a certificate of the wrong host.
            expired: The certificate ended in 2001.
            require_client_certificate: Refuse clients without a certificate of this authority.
            alpn: Protocols to choose from, the best one first, such as ``"http/1.1"``.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate = self._authority.issue_cert(
            *(names or _LOOPBACK_NAMES),
            not_before=_LONG_AGO - dt.timedelta(days=1) if expired else None,
            not_after=_LONG_AGO if expired else None,
        )
        certificate.configure_cert(context)
        if alpn:
            context.set_alpn_protocols(list(alpn))
        if require_client_certificate:
            context.verify_mode = ssl.CERT_REQUIRED
            self._authority.configure_trust(context)
        return context

    def client_context(self) -> ssl.SSLContext:
        """Make the context of a client that trusts this authority and nobody else."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._authority.configure_trust(context)
        return context

    def write_ca_file(self, folder: Path) -> Path:
        """Write the authority's certificate as PEM, for a plan's ``tls.ca_file``.

        Returns:
            The file's path.
        """
        path = folder / "ca.pem"
        self._authority.cert_pem.write_to_path(path)
        return path

    def write_certificate(self, folder: Path, *names: str) -> tuple[Path, Path]:
        """Write a certificate of this authority and its key as PEM.

        It serves as a client's (``tls.cert_file``, ``tls.key_file``) and as a server's.

        Args:
            folder: Where to.
            names: As in `server_context`.

        Returns:
            The certificate chain's path and the key's.
        """
        certificate = self._authority.issue_cert(*(names or _LOOPBACK_NAMES))
        chain, key = folder / "certificate.pem", folder / "key.pem"
        chain.write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
        certificate.private_key_pem.write_to_path(key)
        return chain, key


def _new_authority() -> "trustme.CA":
    try:
        import trustme  # noqa: PLC0415 - only tests have it
    except ImportError:
        raise MissingExtraError("trustme", "making certificates") from None
    return trustme.CA()
