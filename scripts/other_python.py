"""Run tests with another Python, in a clone of its own: `.venv` belongs to one Python.

    python scripts/other_python.py 3.13 packages/loadr-core   that version; the rest is pytest's
    python scripts/other_python.py newest packages            the newest that is here beside this one

The clone has what is committed. Pythons are looked for on the PATH and among those of pyenv. Which
versions count is in the classifiers of packages/loadr/pyproject.toml.
"""

import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_CLASSIFIER = "Programming Language :: Python :: 3."
_PROBE = "import sys; print('%d.%d' % sys.version_info[:2])"


def main() -> int:
    """Run the tests; the exit code is theirs."""
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    wanted, *arguments = sys.argv[1:]
    own = f"{sys.version_info[0]}.{sys.version_info[1]}"
    versions = [version for version in supported() if version != own] if wanted == "newest" else [wanted]
    found = next((path for version in reversed(versions) if (path := interpreter(version))), None)
    if found is None:
        print(
            f"there is no Python {' or '.join(versions)} here, so none but {own} is tested", file=sys.stderr
        )
        return 0 if wanted == "newest" else 1
    return run_tests(found, arguments)


def supported() -> list[str]:
    """The versions of Python that loadr promises to run on, the oldest first."""
    text = (ROOT / "packages/loadr/pyproject.toml").read_text(encoding="utf-8")
    classifiers = tomllib.loads(text)["project"]["classifiers"]
    return [name.rpartition(" ")[2] for name in classifiers if name.startswith(_CLASSIFIER)]


def interpreter(version: str) -> str | None:
    """A Python of a version, such as `3.13`; `None` where there is none that runs."""
    for command in _candidates(version):
        try:
            probed = subprocess.run([command, "-c", _PROBE], capture_output=True, text=True, check=False)
        except OSError:
            continue
        if probed.returncode == 0 and probed.stdout.strip() == version:
            return command
    return None


def _candidates(version: str) -> Iterator[str]:
    yield f"python{version}"
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from map(str, sorted(root.glob(f"versions/{version}*/bin/python{version}"), reverse=True))


def run_tests(python: str, arguments: list[str]) -> int:
    """Clone, install and test; the exit code."""
    with tempfile.TemporaryDirectory(prefix="loadr-") as folder:
        cloned = subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=False)
        if cloned.returncode != 0:
            return cloned.returncode
        make = ["make", "--no-print-directory", "-C", folder, "test"]
        return subprocess.run(
            [*make, f"PYTHON={python}", f"ARGS={' '.join(arguments)}"], check=False
        ).returncode


if __name__ == "__main__":
    raise SystemExit(main())
