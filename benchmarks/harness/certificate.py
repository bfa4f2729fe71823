"""A certificate for the target, of an authority that nobody trusts: the generators are told not to verify it.

Verifying costs once per connection, and connections are kept for a whole run.
"""

from pathlib import Path

from benchmarks.harness.errors import BenchmarkError


def write_certificate(folder: Path) -> None:
    """Write `certificate.pem` and `key.pem` for loopback.

    Raises:
        BenchmarkError: trustme is not installed.
    """
    try:
        import trustme  # noqa: PLC0415 - only targets with TLS need it
    except ImportError:
        raise BenchmarkError(
            "trustme is not installed: python scripts/install.py bench installs it into .venv"
        ) from None
    certificate = trustme.CA().issue_cert("127.0.0.1", "localhost")
    chain = b"".join(blob.bytes() for blob in certificate.cert_chain_pems)
    (folder / "certificate.pem").write_bytes(chain)
    certificate.private_key_pem.write_to_path(folder / "key.pem")
