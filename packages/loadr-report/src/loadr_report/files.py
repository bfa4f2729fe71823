"""Writing results so that a reader never sees half a file, and reading summaries back."""

import gzip
import json
import math
import uuid
import zlib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from loadr_config.summary import SCHEMA_VERSION, Summary
from loadr_report.errors import FileReadError, FileWriteError, NotASummaryError, SchemaTooNewError

_PROBLEMS_NAMED = 5
_GZIP = b"\x1f\x8b"  # RFC 1952, section 2.3.1


def write_summary(summary: Summary, path: Path) -> None:
    """Writes the document of `--summary-export`, compressed where the file's name ends with `.gz`.

    Raises:
        FileWriteError: The file cannot be written; an earlier one of that name is untouched.
    """
    data = _encoded(summary_text(summary) + "\n")
    write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data, path)


def summary_text(summary: Summary) -> str:
    """The document of `--summary-export` as JSON: a line for each metric, each second, each item of any list.

    That reads and compares well, line by line, and takes two thirds of the room of a full indentation.
    """
    members = (f"  {_json(key)}: {_value(value)}" for key, value in summary.as_json().items())
    return "{\n" + ",\n".join(members) + "\n}"


def _value(value: Any) -> str:
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(f"    {_json(item)}" for item in value) + "\n  ]"
    return _json(value)


def _json(value: Any) -> str:
    return json.dumps(_without_non_finite(value), ensure_ascii=False, allow_nan=False)


def write_text(text: str, path: Path) -> None:
    """Writes a whole file or nothing: a temporary file beside it, then a rename.

    A device or pipe (`/dev/stdout`) is written in place, for a rename would replace it; a symbolic
    link stays one.

    Raises:
        FileWriteError: The file cannot be written; an earlier one of that name is untouched.
    """
    write_bytes(_encoded(text), path)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")  # a lone surrogate must not cost the whole result


def write_bytes(data: bytes, path: Path) -> None:
    """The same for bytes.

    Raises:
        FileWriteError: The file cannot be written; an earlier one of that name is untouched.
    """
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            _replace(target, data)
    except OSError as error:
        raise FileWriteError(path, f"cannot be written: {error.strerror or error}") from error


def read_summary(path: Path) -> Summary:
    """Reads a summary that `write_summary` wrote, compressed or not, of this or an earlier schema.

    Raises:
        FileReadError: The file is not there or cannot be read.
        NotASummaryError: It is no JSON, or no summary.
        SchemaTooNewError: A newer loadr wrote it.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileReadError(path, f"cannot be read: {error.strerror or error}") from error
    if data.startswith(_GZIP):
        try:
            data = gzip.decompress(data)
        except (EOFError, OSError, zlib.error) as error:
            raise NotASummaryError(path, f"damaged: {error}") from error
    return summary_from(path, data)


def summary_from(path: Path, data: bytes) -> Summary:
    """The summary that a file's bytes are.

    Raises:
        NotASummaryError: They are no JSON, or no summary.
        SchemaTooNewError: A newer loadr wrote them.
    """
    document = _object(path, data)
    schema = document.get("schema")
    if isinstance(schema, int) and schema > SCHEMA_VERSION:
        raise SchemaTooNewError(path, schema, SCHEMA_VERSION)
    _restore_absent(document)
    try:
        return Summary.model_validate(document)
    except ValidationError as error:
        problems = tuple(
            f"{'.'.join(str(step) for step in detail['loc'])}: {detail['msg'].lower()}"
            for detail in error.errors(include_url=False, include_input=False)
        )
        named = "; ".join(problems[:_PROBLEMS_NAMED])
        rest = f"; and {len(problems) - _PROBLEMS_NAMED} more" if len(problems) > _PROBLEMS_NAMED else ""
        raise NotASummaryError(path, f"not a summary: {named}{rest}", problems) from error


def _replace(target: Path, data: bytes) -> None:
    temporary = target.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _object(path: Path, data: bytes) -> dict[str, Any]:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NotASummaryError(path, f"not JSON: {error}") from error
    if not isinstance(document, dict):
        raise NotASummaryError(path, "not a summary: the document is no object")
    return document


def _restore_absent(document: dict[str, Any]) -> None:
    """`Summary.as_json` leaves absent values out, also `observed`, which the model requires."""
    thresholds = document.get("thresholds")
    for threshold in thresholds if isinstance(thresholds, list) else ():
        if isinstance(threshold, dict):
            threshold.setdefault("observed", None)


def _without_non_finite(value: Any) -> Any:
    """JSON knows no infinity and no NaN (RFC 8259, section 6): null instead."""
    if isinstance(value, dict):
        return {key: _without_non_finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_non_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
