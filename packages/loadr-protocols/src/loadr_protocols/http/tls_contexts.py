"""A client's settings of TLS, from `defaults.http.tls`: one context for each certificate that it shows."""

import ssl
from collections.abc import Sequence
from typing import Final

from loadr_config.models import ClientCertificate
from loadr_core.spi import CompileError, HandlerContext
from loadr_protocols.http.client_certificates import certificate_for, show_certificate

_TLS_VERSIONS: Final = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


class TlsContexts:
    """The settings by host, each made once: reading the system's authorities takes 20 ms.

    Args:
        context: with the plan's defaults.
        offers: the protocols among which the server chooses (ALPN); none where it is not asked.
        authorities: to trust beside those of the plan or the system, as PEM.
    """

    __slots__ = ("_authorities", "_context", "_made", "_offers")

    def __init__(self, context: HandlerContext, offers: Sequence[str] = (), authorities: str = "") -> None:
        self._authorities = authorities
        self._context = context
        self._offers = offers
        self._made: dict[ClientCertificate | None, ssl.SSLContext] = {}

    def prepare(self, *, needed: bool) -> None:
        """Read before the run what connections will need: a file that cannot be read is the plan's mistake.

        Args:
            needed: whether TLS is known to be spoken; else the plan's files decide.

        Raises:
            CompileError: a file of `tls` cannot be read.
        """
        settings = self._context.defaults.tls
        if needed or settings.ca_file is not None or settings.cert_file is not None:
            self._showing(None)
        for shown in settings.client_certificates:
            self._showing(shown)

    def of(self, host: str) -> ssl.SSLContext:
        """The settings for a host. Raises as `prepare`."""
        return self._showing(certificate_for(host, self._context.defaults.tls.client_certificates))

    def _showing(self, shown: ClientCertificate | None) -> ssl.SSLContext:
        tls = self._made.get(shown)
        if tls is None:
            tls = _make(self._context, self._offers, shown)
            if self._authorities:
                _trust(tls, self._authorities)
            self._made[shown] = tls
        return tls


def _make(context: HandlerContext, offers: Sequence[str], shown: ClientCertificate | None) -> ssl.SSLContext:
    settings = context.defaults.tls
    authorities = None if settings.ca_file is None else context.folder / settings.ca_file
    try:
        tls = ssl.create_default_context(cafile=authorities)
    except (OSError, ssl.SSLError) as error:
        raise CompileError(f"tls.ca_file: cannot read {authorities}: {error}") from error
    if shown is not None:
        show_certificate(tls, shown, context.folder)
    elif settings.cert_file is not None:
        certificate = context.folder / settings.cert_file
        key = None if settings.key_file is None else context.folder / settings.key_file
        try:
            # An encrypted key would ask for its password on the terminal.
            tls.load_cert_chain(certificate, key, password=_no_password)
        except (OSError, ssl.SSLError) as error:
            raise CompileError(
                f"tls.cert_file: cannot use {certificate} with the key {key}: {error}"
            ) from error
    if settings.min_version is not None:
        tls.minimum_version = _TLS_VERSIONS[settings.min_version]
    if settings.max_version is not None:
        tls.maximum_version = _TLS_VERSIONS[settings.max_version]
    if offers:
        tls.set_alpn_protocols([*offers])
    if settings.insecure_skip_verify:
        tls.check_hostname = False
        tls.verify_mode = ssl.CERT_NONE
    return tls


def _trust(tls: ssl.SSLContext, authorities: str) -> None:
    try:
        tls.load_verify_locations(cadata=authorities)
    except (OSError, ValueError) as error:  # those of TLS are among them
        raise CompileError(f"the given authorities are no certificates in PEM: {error}") from error


def _no_password() -> str:
    raise ssl.SSLError("the key is encrypted, and only a key without a password can be used")
