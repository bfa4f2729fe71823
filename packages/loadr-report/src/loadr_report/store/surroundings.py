"""Where a run happens: the git repository of its plan, and the machine."""

import os
import platform
import shutil
import subprocess
from pathlib import Path
from typing import Final

from loadr_report.store.record import Machine, Revision

_PATIENCE_SECONDS: Final = 5.0  # a repository on a slow disk must not hold up the end of a run


def revision_of(folder: Path) -> Revision | None:
    """The git revision that a folder is at; `None` outside of a repository, or without git."""
    git = shutil.which("git")
    if git is None:
        return None
    commit = _answer(git, folder, "rev-parse", "HEAD")
    if not commit:
        return None
    changed = _answer(git, folder, "status", "--porcelain", "--untracked-files=no")
    branch = _answer(git, folder, "symbolic-ref", "--short", "--quiet", "HEAD")
    return Revision(commit=commit, branch=branch or "", is_dirty=bool(changed))


def machine() -> Machine:
    """This machine."""
    return Machine(
        host=platform.node(),
        system=platform.platform(),
        architecture=platform.machine(),
        processor=_processor(),
        cores=os.cpu_count() or 0,
        python=platform.python_version(),
    )


def _answer(git: str, folder: Path, *arguments: str) -> str | None:
    """What git says; `None` where it fails. It must not take locks: a run is no reason to stop a commit."""
    try:
        done = subprocess.run(  # noqa: S603 - arguments of our own, no shell
            [git, "--no-optional-locks", "-C", str(folder), *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _processor() -> str:
    """The processor's name as Linux tells it, else what Python knows."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor())
