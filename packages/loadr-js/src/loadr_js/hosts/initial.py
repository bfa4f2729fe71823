"""What a script can ask while its top level runs: no requests, no waiting, but files and shared arrays."""

import logging
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any, Final

from loadr_core.spi import SCRIPT_LOG
from loadr_js.hosts.digests import digest_functions
from loadr_js.hosts.html import Documents
from loadr_js.hosts.outside import refuse, refuse_abort
from loadr_js.hosts.subtle import subtle_functions
from loadr_js.hosts.texts import duration_ms, url_parse
from loadr_js.runtime.context import DirectFunction, HostFunction
from loadr_js.runtime.greenlets import CANNOT_WAIT, CannotWait
from loadr_js.runtime.modules import ModuleRefused
from loadr_js.runtime.outcomes import HostError
from loadr_js.sources.built_in import late

if TYPE_CHECKING:
    from loadr_js.module import JsModule

LOG: Final = logging.getLogger(SCRIPT_LOG)

_LEVELS: Final = {"debug": logging.DEBUG, "log": logging.INFO, "info": logging.INFO, "warn": logging.WARNING}
_MAX_FILE: Final = 256 << 20


def log(level: str, text: str) -> None:
    """`console`: the scripts' own log."""
    LOG.log(_LEVELS.get(level, logging.ERROR), "%s", text)


def initial_functions(module: "JsModule") -> dict[str, HostFunction]:
    """The functions of the top level; those of a running VU replace some of them."""
    generator = Random(0)  # noqa: S311 - the top level runs once per VU and must do the same each time

    def read(name: str, binary: bool, stack: str = "") -> Any:
        data = read_file(module, module.name_of(name, stack))
        return list(data) if binary else data.decode("utf-8", "replace")

    return {
        **digest_functions(lambda: generator),
        **subtle_functions(lambda: generator),
        **Documents().functions(),
        **module.shared.functions(),
        **module.files.functions(),
        "duration": duration_ms,
        "execution": refuse,
        "abort": refuse_abort,
        "mark_failed": partial(refuse, "fail"),
        "options": partial(refuse, "options"),
        "secret": partial(refuse, "secret"),
        "late": late,
        "socket_connect": partial(refuse, "socket"),
        "socket_open": partial(refuse, "socket"),
        "log": log,
        "metric_declare": lambda kind, name, is_time: module.declare(kind, name, is_time=is_time),
        "open": read,
        "url_parse": url_parse,
    }


def initial_direct() -> dict[str, DirectFunction]:
    """Those of the hot path: there, and refused."""

    def refuse(*_numbers: float) -> None:
        raise CannotWait(CANNOT_WAIT)

    return dict.fromkeys(("add", "body", "checks", "get", "sleep"), refuse)


def read_file(module: "JsModule", name: str) -> bytes:
    """A file inside of the plan's folder.

    Raises:
        HostError: it is outside, not there, or too large.
    """
    try:
        path = module.folder.path_of(name)
        if path.stat().st_size > _MAX_FILE:
            raise HostError(f"open({name!r}): the file has more than {_MAX_FILE >> 20} MiB")
        return path.read_bytes()
    except ModuleRefused as refusal:
        raise HostError(f"open({name!r}): {refusal}") from refusal
    except OSError as error:
        kind = "NotFoundError" if isinstance(error, FileNotFoundError) else "Error"
        raise HostError(f"open({name!r}): {error.strerror}", name=kind) from error
