"""What a plan may say and this version of the client does not do yet: refused, never ignored."""

from collections.abc import Iterator

from loadr_config.models import HttpDefaults
from loadr_core.spi import CompileError


def refuse_unsupported(defaults: HttpDefaults) -> None:
    """Look for settings that were made on purpose and would have no effect.

    Raises:
        CompileError: with all of them.
    """
    named = [f"defaults.http.{key}" for key in _without_effect(defaults)]
    if named:
        raise CompileError(
            f"not supported yet: {', '.join(named)}", "take it out, or set it to what it is without"
        )


def _without_effect(defaults: HttpDefaults) -> Iterator[str]:
    stated = defaults.model_fields_set
    for flag in ("follow_redirects", "compression", "cookies", "cache", "discard_response_bodies", "tracing"):
        if flag in stated and getattr(defaults, flag):
            yield flag
    for setting in ("proxy", "hosts", "local_ips"):
        if getattr(defaults, setting):
            yield setting
    if "dns" in stated:
        yield "dns"
    if defaults.version not in {"auto", "http1"}:
        yield f"version {defaults.version}"
    for setting in ("cert_file", "key_file", "server_name", "min_version", "max_version"):
        if getattr(defaults.tls, setting) is not None:
            yield f"tls.{setting}"
