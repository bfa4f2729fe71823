"""Writing files that the command line names."""

from pathlib import Path

from loadr_cli.failures import fail


def write(file: Path, content: bytes) -> None:
    """Write a file with the folders above it, or end the command."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    except OSError as error:
        fail(f"{file} cannot be written: {error.strerror or error}")
