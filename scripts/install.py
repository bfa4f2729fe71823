"""Make `.venv` and install from the lock, once per lock and set of groups.

    python scripts/install.py                 what `make demo` needs: loadr[all]
    python scripts/install.py test lint       the same and these dependency groups

Needs only Python 3.11+ with its venv module: uv comes into `.venv` first. A stamp per set makes a
second call a no-op until the lock or a `pyproject.toml` changes.
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
UV_REQUIREMENT = "uv>=0.9"


def fingerprint() -> str:
    """A hash of everything an installation depends on."""
    digest = hashlib.sha256(sys.version.encode())
    for path in [ROOT / "uv.lock", ROOT / "pyproject.toml", *sorted(ROOT.glob("packages/*/pyproject.toml"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def uv(*arguments: str, stdin: bytes | None = None) -> bytes:
    """Run the uv of `.venv`; its standard output."""
    command = [str(PYTHON), "-m", "uv", "--quiet", *arguments]
    return subprocess.run(command, cwd=ROOT, input=stdin, stdout=subprocess.PIPE, check=True).stdout


def install(groups: list[str]) -> None:
    """Install `loadr[all]` and the dependency groups into `.venv`, hashes verified."""
    selection = [f"--group={group}" for group in groups]
    requirements = uv("export", "--frozen", "--all-packages", "--all-extras", "--no-default-groups", *selection)
    uv("pip", "install", "--python", str(PYTHON), "-r", "-", stdin=requirements)


def main() -> int:
    """Install what is not there yet; the exit code."""
    if sys.version_info < (3, 11):
        print("loadr needs Python 3.11 or later", file=sys.stderr)
        return 1
    groups = sorted(sys.argv[1:])
    stamp = VENV / f".installed-{'-'.join(groups) or 'run'}"
    wanted = fingerprint()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return 0
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True)
        subprocess.run([str(PYTHON), "-m", "pip", "install", "--quiet", UV_REQUIREMENT], check=True)
    install(groups)
    stamp.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
