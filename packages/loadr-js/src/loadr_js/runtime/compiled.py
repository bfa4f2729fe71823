"""Compiling once a process what every context runs: our own scripts and modules, and the user's modules.

A context of its own for each VU would parse some thousand lines of JavaScript each; reading bytecode takes a
quarter of the time. The bytecode lives only as long as this process, and is only what this process compiled:
the engine trusts what it reads.
"""

from typing import Final

from loadr_js.errors import EngineError
from loadr_js.runtime import door
from loadr_js.runtime.places import is_ours

_MOST_KEPT: Final = 200

_KEPT: dict[tuple[str, str], bytes] = {}


def run_script(pointers: door.Pointers, name: str, source: str) -> None:
    """Run a script of our own, under a name that stacks show.

    Raises:
        EngineError: it threw: a bug in it.
    """
    lib, context = door.library(), pointers.context
    script = _compiled(context, name, source, door.EVAL_GLOBAL)
    if script is not None:
        value = lib.JS_EvalFunction(context, script)  # takes the script over
        if value.tag != door.TAG_EXCEPTION:
            lib.JS_FreeValue(context, value)
            return
    lib.JS_FreeValue(context, lib.JS_GetException(context))
    raise EngineError(f"{name} cannot be run by this engine")


def compile_module(context: int, name: str, source: str) -> int | None:
    """A module, for the engine's loader: its address, or `None` with an exception pending in the context."""
    module = _compiled(context, name, source, door.EVAL_MODULE)
    if module is None:
        return None
    door.library().JS_FreeValue(context, module)  # the engine's table of modules holds its own reference
    address: int = module.u
    return address


def _compiled(context: int, name: str, source: str, kind: int) -> door.JsValue | None:
    """A module or the function of a script; `None` with an exception pending."""
    lib, key = door.library(), (name, source)
    wanted = door.TAG_MODULE if kind == door.EVAL_MODULE else door.TAG_FUNCTION
    code = _KEPT.get(key)
    if code is not None:
        read: door.JsValue = lib.JS_ReadObject(context, code, len(code), door.READ_BYTECODE)
        return read if read.tag == wanted else None
    data = source.encode()
    made: door.JsValue = lib.JS_Eval(context, data, len(data), name.encode(), kind | door.EVAL_COMPILE_ONLY)
    if made.tag != wanted:
        return None
    if len(_KEPT) >= _MOST_KEPT:
        _KEPT.clear()
    _KEPT[key] = door.bytecode_of(context, made, keeps_source=not is_ours(name))
    return made
