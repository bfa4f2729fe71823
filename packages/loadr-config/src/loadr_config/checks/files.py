"""Files that a plan names: they exist and can be read."""

from collections.abc import Iterator
from importlib.util import find_spec

from loadr_config._tree.nodes import Path
from loadr_config.checks._walk import models_in
from loadr_config.checks.context import CheckContext, Report
from loadr_config.checks.rows import RowsError, columns_in_file
from loadr_config.extras import install_line
from loadr_config.models import (
    ClientCertificate,
    FileBody,
    GrpcBlock,
    InlineSource,
    MultipartPart,
    ParquetSource,
    Plugin,
    ScriptModule,
    Secret,
    TestPlan,
    Tls,
)


def check_files(plan: TestPlan, report: Report, context: CheckContext) -> None:
    """Report files that are missing, and data files that are not what their source says."""
    if context.check_files:
        for path, name in _named_files(plan):
            _check(path, name, report, context)
        for name, source in plan.data.items():
            path = ("data", name, "path")
            if isinstance(source, InlineSource) or not _check(path, source.path, report, context):
                continue
            if isinstance(source, ParquetSource) and find_spec("pyarrow") is None:
                hint = install_line("parquet")
                report.warning(
                    ("data", name, "type"),
                    "pyarrow, which reads Parquet files, is not installed",
                    suggestion=hint,
                )
            try:
                columns = columns_in_file(source, context.folder)
            except RowsError as error:
                report.error(path, str(error))
            else:
                for warning in columns.warnings:
                    report.warning(path, warning)
    if context.environment is not None:
        for name, secret in plan.secrets.items():
            if secret.env is not None and secret.env not in context.environment:
                message = f"the environment variable {secret.env} is not set"
                report.warning(("secrets", name, "env"), message)


def _check(path: Path, name: str, report: Report, context: CheckContext) -> bool:
    file = context.folder / name
    try:
        if file.is_file():
            return True
        exists = file.exists()
    except (OSError, ValueError) as error:
        report.error(path, f'"{name}" cannot be read: {getattr(error, "strerror", None) or error}')
        return False
    if exists and not file.is_dir():
        return False  # a pipe or a device: looking into it would take from it
    report.error(path, f'"{name}" is a folder' if exists else f'there is no file "{name}"')
    return False


def _named_files(plan: TestPlan) -> Iterator[tuple[Path, str]]:
    for path, model in models_in(plan):
        match model:
            case ScriptModule() | Secret() | FileBody() | MultipartPart():
                if model.file is not None:
                    yield (*path, "file"), model.file
            case Tls() | ClientCertificate():
                for key in ("ca_file", "cert_file", "key_file"):
                    if (name := getattr(model, key, None)) is not None:
                        yield (*path, key), name
            case Plugin():
                if model.path is not None:
                    yield (*path, "path"), model.path
            case GrpcBlock() if not model.proto_includes:
                # With include folders a name is looked up in them; that is the installed protocol's check.
                for index, name in enumerate(model.proto_files):
                    yield (*path, "proto_files", index), name
            case _:
                pass
