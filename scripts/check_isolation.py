"""Install every member of the workspace alone and import all its modules.

    python scripts/check_isolation.py                  all members
    python scripts/check_isolation.py loadr-report     some of them

In the workspace's own environment everything is installed, so an import of something that a
distribution does not declare succeeds there and fails at the user's. Here each member gets an
environment of its own with its declared dependencies, exactly as locked, hashes verified, no
extras and no dependency groups, and every one of its modules is imported
and every entry point loaded in it.

This is what `uv run --isolated --exact --package X` does. That command downloads from the addresses
in the lock, and ours has none on purpose (scripts/lock.py); the export carries versions and hashes
only, and installs from the index of the machine. Environments are temporary: with uv's cache warm
a member takes about a second.
"""

import os
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = [sys.executable, "-m", "uv", "--quiet"]

# Runs in the member's environment. One process imports all modules in order of their names and
# loads all entry points; a failure does not end it, so that one run shows everything undeclared,
# each reason once. The value of a `loadr.schemes` entry is a protocol's name, not an object.
IMPORT_ALL = """
import importlib, importlib.metadata, sys, traceback
distribution, *modules = sys.argv[1:]
entries = importlib.metadata.distribution(distribution).entry_points
todo = {f"import {name}": lambda name=name: importlib.import_module(name) for name in modules}
todo |= {f"load {e.group}: {e.name}": e.load for e in entries if e.group != "loadr.schemes"}
reasons = {}
for what, act in todo.items():
    try:
        act()
    except BaseException as error:
        here = traceback.extract_tb(error.__traceback__)[-1]
        reason = f"{type(error).__name__}: {error} ({here.filename}:{here.lineno})"
        reasons.setdefault(reason, []).append(what)
for reason, whats in reasons.items():
    print(reason, *whats, sep="\\n    ")
sys.exit(bool(reasons))
"""


@dataclass(frozen=True)
class Member:
    """One distribution of the workspace."""

    name: str
    folder: Path

    def modules(self) -> list[str]:
        """The names of all its modules, packages included."""
        source = self.folder / "src"
        files = sorted(source.rglob("*.py"))
        parts = [file.relative_to(source).with_suffix("").parts for file in files]
        return sorted({".".join(part[:-1] if part[-1] == "__init__" else part) for part in parts})


@dataclass(frozen=True)
class Outcome:
    """What became of a member."""

    member: Member
    passed: bool
    text: str


def members(root: Path = ROOT) -> list[Member]:
    """All members, in the order of their names."""
    files = sorted(root.glob("packages/*/pyproject.toml"))
    return [
        Member(tomllib.loads(file.read_text(encoding="utf-8"))["project"]["name"], file.parent)
        for file in files
    ]


def check(member: Member, root: Path = ROOT) -> Outcome:
    """Install a member alone and import its modules."""
    with tempfile.TemporaryDirectory(prefix="loadr-isolation-") as folder:
        environment = Path(folder) / "venv"
        python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        modules = member.modules()
        try:
            run([*UV, "venv", "--no-project", "--python", sys.executable, str(environment)], root)
            export = ["export", "--frozen", "--package", member.name, "--no-default-groups"]
            requirements = run([*UV, *export], root)
            run([*UV, "pip", "install", "--python", str(python), "-r", "-"], root, stdin=requirements)
            run([str(python), "-I", "-c", IMPORT_ALL, member.name, *modules], Path(folder))
        except subprocess.CalledProcessError as error:
            return Outcome(member, passed=False, text=f"\n{error.stdout}{error.stderr}".rstrip())
        return Outcome(member, passed=True, text=f"{len(modules)} modules")


def run(command: list[str], folder: Path, stdin: str | None = None) -> str:
    """Run a command; its standard output."""
    environment = {
        name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}
    }
    return subprocess.run(
        command, cwd=folder, env=environment, input=stdin, capture_output=True, text=True, check=True
    ).stdout


def main() -> int:
    """Check the members that are named, or all; the exit code."""
    wanted = set(sys.argv[1:])
    chosen = [member for member in members() if not wanted or member.name in wanted]
    unknown = wanted - {member.name for member in chosen}
    if unknown:
        print(f"no such member: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 1
    failed = 0
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for outcome in pool.map(check, chosen):
            failed += not outcome.passed
            print(
                f"{'ok    ' if outcome.passed else 'FAILED'} {outcome.member.name}: {outcome.text}",
                flush=True,
            )
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
