"""Take the index addresses out of uv.lock.

The lock is the same whatever index a machine is set up with: versions and hashes stay, addresses
go. Run after `uv lock`; `uv lock --check` accepts the result, and `uv export --frozen` piped into
`uv pip install -r -` installs from the machine's own index with the hashes verified.

    python scripts/lock.py           rewrite uv.lock in place
    python scripts/lock.py --check   exit 1 when there is something to rewrite
"""

import re
import sys
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "uv.lock"
NEUTRAL_INDEX = "https://index.invalid/simple"


def without_addresses(text: str) -> str:
    """The lock's text with file names instead of download addresses."""
    text = re.sub(r'sdist = \{ url = "[^"]*/([^/"]+)"', r'sdist = { path = "\1"', text)
    text = re.sub(r'\{ url = "[^"]*/([^/"]+\.whl)"', r'{ filename = "\1"', text)
    return re.sub(r'registry = "https?://[^"]*"', f'registry = "{NEUTRAL_INDEX}"', text)


def main() -> int:
    """Rewrite or check; the exit code."""
    text = LOCK.read_text(encoding="utf-8")
    neutral = without_addresses(text)
    if "--check" in sys.argv[1:]:
        if neutral != text:
            print("uv.lock holds index addresses: run python scripts/lock.py", file=sys.stderr)
        return int(neutral != text)
    LOCK.write_text(neutral, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
