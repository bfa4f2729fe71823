"""Make `.venv` hold what the lock says, once per lock and set of dependency groups.

    python scripts/install.py                 what `make demo` needs: loadr[all]
    python scripts/install.py test lint       the same and these dependency groups

Needs only Python 3.11+ with its venv module. pip brings the locked uv into `.venv`, uv does the
rest; every file is checked against the hashes of `uv.lock`, uv's own too. Groups add up: what an
earlier call installed stays, and what left the lock goes. A stamp in `.venv` makes a second call a
no-op until the lock, a `pyproject.toml` or the Python version changes; it is written last, so that
an interrupted installation is repeated.

The lock holds no index address (scripts/lock.py), so `uv sync` cannot download from it. Its export
names versions and hashes only, and uv installs these from the index that the machine is set up with.
"""

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import tomllib
import venv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / ".loadr-installed.json"
LOWEST_PYTHON = (3, 11)


class InstallError(Exception):
    """The installation cannot go on; the message says why and what to do."""


def main() -> int:
    """Install what is not there yet; the exit code."""
    if sys.version_info < LOWEST_PYTHON:
        print(f"loadr needs Python 3.11 or later, and {sys.executable} is older.", file=sys.stderr)
        print("Name another one: make PYTHON=python3.12 ...", file=sys.stderr)
        return 1
    groups = set(sys.argv[1:])
    try:
        if is_installed(groups):
            return 0
        with one_at_a_time():
            if not is_installed(groups):
                install(groups)
    except InstallError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; the next call takes it up again", file=sys.stderr)
        return 130
    return 0


def fingerprint() -> str:
    """A hash of everything that an installation depends on, the groups apart."""
    digest = hashlib.sha256(str(sys.version_info[:2]).encode())
    members = sorted(ROOT.glob("packages/*/pyproject.toml"))
    for path in [Path(__file__), ROOT / "uv.lock", ROOT / "pyproject.toml", *members]:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class Stamp:
    """What the last complete installation was."""

    fingerprint: str = ""
    groups: frozenset[str] = frozenset()

    @classmethod
    def read(cls) -> "Stamp":
        """The stamp in `.venv`; an empty one when there is none that can be read."""
        try:
            content = json.loads(STAMP.read_text(encoding="utf-8"))
            return cls(str(content["fingerprint"]), frozenset(content["groups"]))
        except (OSError, ValueError, KeyError, TypeError):
            return cls()

    def write(self) -> None:
        """Leave the stamp in `.venv`."""
        content = {"fingerprint": self.fingerprint, "groups": sorted(self.groups)}
        STAMP.write_text(json.dumps(content), encoding="utf-8")


def is_installed(groups: set[str]) -> bool:
    """Whether the last complete installation is of today's lock, for this Python, with these groups."""
    stamp = Stamp.read()
    return groups <= stamp.groups and PYTHON.exists() and stamp.fingerprint == fingerprint()


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait for another installation into the same `.venv`, so that two makes do not collide."""
    if sys.platform == "win32":
        yield
        return
    import fcntl  # noqa: PLC0415  (not on Windows)

    with (ROOT / "uv.lock").open("rb") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def install(groups: set[str]) -> None:
    """Bring `.venv` to the lock, with `loadr[all]`, the groups, and the groups of earlier calls."""
    wanted = Stamp(fingerprint(), Stamp.read().groups | groups)
    STAMP.unlink(missing_ok=True)
    if not works():
        make_venv()
    names = sorted(wanted.groups)
    print(f"Installing from uv.lock: {', '.join(['loadr[all]', *names])}", file=sys.stderr, flush=True)
    selection = [f"--group={group}" for group in ["install", *names]]
    requirements = uv(
        "export", "--frozen", "--all-packages", "--all-extras", "--no-default-groups", *selection
    )
    uv("pip", "sync", "--python", str(PYTHON), "-", stdin=requirements)
    wanted.write()


def works() -> bool:
    """Whether `.venv` has the version of this Python and a uv that runs."""
    probe = "import sys, uv; print(*sys.version_info[:2], sep='.')"
    try:
        found = subprocess.run([PYTHON, "-c", probe], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return found.returncode == 0 and found.stdout.strip() == f"{sys.version_info[0]}.{sys.version_info[1]}"


def make_venv() -> None:
    """Make `.venv` anew, with the locked uv in it."""
    print(f"Making .venv with Python {sys.version.split()[0]}", file=sys.stderr, flush=True)
    try:
        venv.create(VENV, clear=True, with_pip=True, symlinks=os.name != "nt")
    except (OSError, subprocess.CalledProcessError) as error:
        raise InstallError(
            f"{sys.executable} cannot make a virtual environment ({error}).\n"
            "On Debian and Ubuntu its venv module is a package of its own: apt install python3-venv"
        ) from error
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder) / "uv.txt"
        requirements.write_text(locked_uv(), encoding="utf-8")
        run(
            [
                PYTHON,
                "-m",
                "pip",
                "install",
                "-qq",  # errors only: the notes of pip about its own configuration help nobody here
                "--disable-pip-version-check",
                "--require-hashes",
                "--no-deps",
                "-r",
                requirements,
            ],
            failed="pip could not install uv: is the package index reachable?",
        )


def locked_uv() -> str:
    """The lock's uv as a requirement with hashes, as pip reads it."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    package = next(package for package in lock["package"] if package["name"] == "uv")
    files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
    return " ".join([f"uv=={package['version']}", *(f"--hash={file['hash']}" for file in files)])


def uv(*arguments: str, stdin: bytes | None = None) -> bytes:
    """Run the uv of `.venv`, quiet unless it fails; its standard output."""
    failed = (
        f"uv {' '.join(arguments[:2])} failed: is the package index reachable? "
        "(uv reads UV_DEFAULT_INDEX, not pip's settings)\n"
        "Another call takes it up again; where .venv itself is damaged, `make clean` first."
    )
    return run([PYTHON, "-m", "uv", "--quiet", *arguments], failed=failed, stdin=stdin)


def run(command: Sequence[str | Path], *, failed: str, stdin: bytes | None = None) -> bytes:
    """Run a command in the checkout's root; its standard output."""
    # An environment that the caller has activated must not decide what goes where.
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, input=stdin, stdout=subprocess.PIPE, check=False
    )
    if done.returncode != 0:
        raise InstallError(failed)
    return done.stdout


if __name__ == "__main__":
    raise SystemExit(main())
