"""``python -m loadr_testing.demo_target``: serve, and print the base URL as the first line."""

import argparse
import ssl
import sys

from loadr_testing.demo_target._serve import serve
from loadr_testing.demo_target._server import DemoTarget


def main() -> int:
    """Run the program; the exit code is 0 after a clean stop, 1 if it cannot listen."""
    parser = argparse.ArgumentParser(
        prog="python -m loadr_testing.demo_target", description="The demo target of loadr."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080, help="0 picks a free one")
    parser.add_argument("--tls-cert", metavar="FILE", help="serve HTTPS with this certificate chain (PEM)")
    parser.add_argument("--tls-key", metavar="FILE", help="its key, if not in the same file")
    parser.add_argument("--exit-with-stdin", action="store_true", help="stop when standard input ends")
    options = parser.parse_args()
    context = None
    if options.tls_cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.tls_cert, options.tls_key)
    try:
        serve(
            options.host,
            options.port,
            _announce,
            ssl_context=context,
            exit_with_stdin=options.exit_with_stdin,
        )
    except OSError as error:
        sys.stderr.write(f"cannot listen on {options.host}:{options.port}: {error.strerror}\n")
        return 1
    return 0


def _announce(target: DemoTarget) -> None:
    sys.stdout.write(f"{target.url}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
