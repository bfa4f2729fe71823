"""Run one benchmark by name.

    python benchmarks/run.py                      list them
    python benchmarks/run.py http-closed-loop     run one; --help shows its options

A benchmark is a module beside this file with a docstring, `add_arguments(parser)` and
`run(arguments) -> int`; its name on the command line is the module's, with dashes.
"""

import argparse
import importlib
import signal
import sys
from pathlib import Path
from types import FrameType, ModuleType

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from benchmarks.harness import tools  # noqa: E402  (the root is on the path only now)
from benchmarks.harness.errors import BenchmarkError  # noqa: E402


def names() -> list[str]:
    """The benchmarks of this folder, as typed on the command line."""
    modules = (path.stem for path in HERE.glob("*.py"))
    return sorted(name.replace("_", "-") for name in modules if name not in {"run", "__init__"})


def load(name: str) -> ModuleType:
    """The module of one benchmark."""
    return importlib.import_module(f"benchmarks.{name.replace('-', '_')}")


def stop(_signal: int, _frame: FrameType | None) -> None:
    """Take SIGTERM like Ctrl-C, so that every started process is stopped on the way out."""
    raise KeyboardInterrupt


def main() -> int:
    """Parse, run, and turn what went wrong into a message; the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks/run.py", description="Benchmarks of loadr.")
    commands = parser.add_subparsers(dest="benchmark", metavar="BENCHMARK")
    for name in names():
        module = load(name)
        summary = (module.__doc__ or "").partition("\n")[0]
        module.add_arguments(commands.add_parser(name, help=summary, description=summary))
    arguments = parser.parse_args()
    if arguments.benchmark is None:
        parser.print_help()
        return 0
    signal.signal(signal.SIGTERM, stop)
    try:
        tools.compile_python()
        return int(load(arguments.benchmark).run(arguments))
    except BenchmarkError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; every process that was started is stopped", file=sys.stderr)
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
