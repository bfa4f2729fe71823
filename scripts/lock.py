"""Take the index addresses out of uv.lock, or check what is committed.

    python scripts/lock.py           rewrite uv.lock in place, after `uv lock`
    python scripts/lock.py --check   exit 1 when the lock holds an address or misses a requirement

The lock is the same whatever index a machine is set up with: versions and hashes stay, addresses
go. uv reads the result as it is: `uv lock --check` accepts it, without asking an index, and
`uv export --frozen` piped into `uv pip install -r -` installs from the machine's own index with
the hashes verified (scripts/install.py). Only commands that download from the lock's own addresses
cannot work (`uv sync`, `uv run`).
"""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NEUTRAL_INDEX = "https://index.invalid/simple"


def without_addresses(text: str) -> str:
    """The lock's text with file names instead of download addresses."""
    text = re.sub(r'sdist = \{ url = "[^"]*/([^/"]+)"', r'sdist = { path = "\1"', text)
    text = re.sub(r'\{ url = "[^"]*/([^/"]+\.whl)"', r'{ filename = "\1"', text)
    return re.sub(r'registry = "https?://[^"]*"', f'registry = "{NEUTRAL_INDEX}"', text)


def agrees(root: Path) -> bool:
    """Whether the lock has what every `pyproject.toml` asks for.

    uv compares the two first and resolves only when they differ; offline it fails then.
    """
    command = [sys.executable, "-m", "uv", "lock", "--check", "--offline", "--default-index", NEUTRAL_INDEX]
    # The caller's index settings would count as another index than the lock's.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("UV_")}
    return (
        subprocess.run(command, cwd=root, env=environment, capture_output=True, check=False).returncode == 0
    )


def check(root: Path) -> list[str]:
    """What is wrong with the committed lock of a checkout."""
    text = (root / "uv.lock").read_text(encoding="utf-8")
    problems = []
    if without_addresses(text) != text:
        problems.append("uv.lock holds index addresses")
    if not agrees(root):
        problems.append("uv.lock does not agree with the pyproject.toml files")
    return problems


def main() -> int:
    """Rewrite or check; the exit code."""
    if "--check" in sys.argv[1:]:
        problems = check(ROOT)
        for problem in problems:
            print(f"{problem}: run make lock", file=sys.stderr)
        return int(bool(problems))
    lock = ROOT / "uv.lock"
    lock.write_text(without_addresses(lock.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
