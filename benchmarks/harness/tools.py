"""Finding the programs a benchmark starts, and saying how to get those that are missing."""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.harness.errors import BenchmarkError

ROOT = Path(__file__).resolve().parent.parent.parent
INSTALLED = (Path(sysconfig.get_path("purelib")), *sorted(ROOT.glob("packages/*/src")))
"""Where the Python of loadr, Locust and all that they need lies."""
FROM_DEBIAN = frozenset({"nginx", "wrk", "h2load", "hey", "taskset"})
"""Programs that scripts/install_system.py installs; all others come from the dependency groups."""


def find(program: str) -> Path | None:
    """Where a program is: this environment first, then `PATH` and the folders of system programs."""
    path = os.pathsep.join([str(Path(sys.prefix) / "bin"), os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    found = shutil.which(program, path=path)
    return Path(found) if found else None


def missing_message(missing: Iterable[str]) -> str:
    """Name the missing programs and the command that installs each kind."""
    absent = sorted(missing)
    lines = [f"not found: {', '.join(absent)}"]
    if FROM_DEBIAN.intersection(absent):
        lines.append(
            "  python scripts/install_system.py bench   installs nginx, wrk, h2load, hey and taskset on Debian"
        )
    if FROM_DEBIAN.issuperset(absent):
        return "\n".join(lines)
    lines.append("  python scripts/install.py bench          installs loadr, k6 and locust into .venv")
    return "\n".join(lines)


def require(*programs: str) -> None:
    """Check that all programs are there.

    Raises:
        BenchmarkError: one is missing, or this is not Linux.
    """
    if not sys.platform.startswith("linux"):
        raise BenchmarkError("the benchmarks need Linux: they pin processes to cores and read /proc")
    missing = [program for program in programs if find(program) is None]
    if missing:
        raise BenchmarkError(missing_message(missing))


def compile_python(folders: Sequence[Path] = INSTALLED) -> None:
    """Compile what is installed to bytecode, as pip does; uv does not, and then the first start pays for it.

    What is measured afterwards may use and write bytecode, whatever the environment says about that.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # It fails where a library ships a file that is no Python of this version: nobody imports that.
    subprocess.run(
        [sys.executable, "-m", "compileall", "-q", "-j", "0", *map(str, folders)],
        capture_output=True,
        check=False,
    )


def path_of(program: str) -> str:
    """The full path of a program that `require` has checked."""
    found = find(program)
    if found is None:
        raise BenchmarkError(missing_message([program]))
    return str(found)


def printed_version(program: str, *arguments: str) -> str:
    """The version number a program prints when asked, `unknown` when none is found."""
    done = subprocess.run([path_of(program), *arguments], capture_output=True, text=True, check=False)
    return parse_version(done.stdout + done.stderr)


def parse_version(text: str) -> str:
    """The first dotted number of a version message."""
    match = re.search(r"\d+(?:\.\d+)+", text)
    return match[0] if match else "unknown"


def distribution_version(name: str) -> str:
    """The version of an installed distribution, `unknown` when it is not installed."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
