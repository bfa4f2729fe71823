"""Proto files become descriptors, in a process of their own: the compiler is large, and tells its errors on stderr only."""

import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

_SECONDS: Final = 60


class ProtoError(Exception):
    """Proto files that do not compile; the message has the compiler's own words, with file and line."""


@lru_cache(maxsize=32)
def compile_protos(proto_files: tuple[str, ...], includes: tuple[str, ...], folder: Path) -> bytes:
    """Compile proto files of a plan.

    Args:
        proto_files: relative to the folder or to one of the includes.
        includes: folders in which imports are looked up, before that of the file.
        folder: where relative paths begin.

    Returns:
        A serialized `google.protobuf.FileDescriptorSet`, with all that they import.

    Raises:
        ProtoError: they cannot be read or do not compile.
    """
    roots = [str(folder / include) for include in includes]
    names = []
    for name in proto_files:
        path = folder / name
        if not path.is_file() and not any((folder / include / name).is_file() for include in includes):
            raise ProtoError(f"there is no file {name!r}")
        names.append(str(path) if path.is_file() else name)
        if path.is_file() and str(path.parent) not in roots:
            roots.append(str(path.parent))
    with TemporaryDirectory() as made:
        target = Path(made) / "descriptors"
        _run(["--include_imports", f"--descriptor_set_out={target}", *_paths(roots), *names], folder)
        return target.read_bytes()


def _paths(roots: Sequence[str]) -> list[str]:
    well_known = str(files("grpc_tools") / "_proto")
    return [f"--proto_path={root}" for root in (*roots, well_known)]


def _run(arguments: Sequence[str], folder: Path) -> None:
    command = [sys.executable, "-m", "grpc_tools.protoc", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, files of the plan
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise ProtoError(f"the proto files did not compile within {_SECONDS} s") from None
    if done.returncode:
        words = done.stderr.replace(f"{folder}/", "").strip()
        raise ProtoError("; ".join(line for line in words.splitlines() if line) or "the compiler failed")
