"""Certificates that a client shows, for some hosts each."""

import ssl
from collections.abc import Sequence
from pathlib import Path

from loadr_config.models import ClientCertificate
from loadr_core.spi import CompileError


def certificate_for(host: str, certificates: Sequence[ClientCertificate]) -> ClientCertificate | None:
    """The first certificate for a host; `None` where there is none."""
    return next((certificate for certificate in certificates if certificate.fits(host)), None)


def show_certificate(tls: ssl.SSLContext, shown: ClientCertificate, folder: Path) -> None:
    """Let a context show a certificate.

    Args:
        tls: the context.
        shown: the certificate.
        folder: relative paths start here.

    Raises:
        CompileError: it cannot be used.
    """
    password = shown.password or _no_password
    try:
        if shown.cert_file is not None and shown.key_file is not None:
            tls.load_cert_chain(folder / shown.cert_file, folder / shown.key_file, password)
            return
        from tempfile import TemporaryDirectory  # noqa: PLC0415 - 0.5 MB that few plans need

        # OpenSSL's context takes files alone: they live for a moment, in a folder of the user's own.
        with TemporaryDirectory() as name:
            cert, key = Path(name, "cert.pem"), Path(name, "key.pem")
            for path, text in ((cert, shown.cert), (key, shown.key)):
                path.touch(mode=0o600)
                path.write_text(text or "", encoding="utf-8")
            tls.load_cert_chain(cert, key, password)
    except (OSError, ssl.SSLError) as error:
        whose = ", ".join(shown.hosts) or "all hosts"
        raise CompileError(f"the client certificate for {whose} cannot be used: {error}") from error


def _no_password() -> str:
    raise ssl.SSLError("the key is encrypted, and there is no password for it")
