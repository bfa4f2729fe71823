"""The engine's C symbols: what the Python wrapper lacks.

The wheels of `quickjs-ng` for Linux and macOS export QuickJS' C interface from the extension module.
Through it come: a module loader, an interrupt handler, evaluation with a file name, and buffers. All
values that cross are of the two-word `JSValue` of a 64-bit build without NaN boxing (`quickjs.h`).

`self_test` proves, when the engine is opened, that the object layout and the constants are those that
this module assumes; the package is pinned exactly for the same reason.
"""

import ctypes
from functools import cache
from typing import Any, Final, NamedTuple

import _quickjs
import quickjs

from loadr_js.errors import EngineError

# quickjs.h
EVAL_GLOBAL: Final = 0
EVAL_MODULE: Final = 1
EVAL_COMPILE_ONLY: Final = 1 << 5
TAG_EXCEPTION: Final = 6
TAG_MODULE: Final = -3
TAG_FUNCTION: Final = -2
TAG_OBJECT: Final = -1
WRITE_BYTECODE: Final = 1
WRITE_WITHOUT_SOURCE: Final = 1 << 4
READ_BYTECODE: Final = 1

_SYMBOLS: Final = (
    "JS_Eval",
    "JS_EvalFunction",
    "JS_FreeValue",
    "JS_GetArrayBuffer",
    "JS_GetException",
    "JS_GetGlobalObject",
    "JS_GetPropertyStr",
    "JS_GetRuntime",
    "JS_NewArrayBufferCopy",
    "JS_ReadObject",
    "JS_SetInterruptHandler",
    "JS_SetModuleLoaderFunc",
    "JS_SetPropertyStr",
    "JS_WriteObject",
    "js_free",
)


class JsValue(ctypes.Structure):
    """A `JSValue`: the payload and its tag."""

    _fields_ = (("u", ctypes.c_uint64), ("tag", ctypes.c_int64))

    u: int
    tag: int


InterruptHandler = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
"""`int (JSRuntime *, void *)`: 1 stops the script; it cannot be caught."""

ModuleLoader = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
"""`JSModuleDef *(JSContext *, const char *name, void *)`: null with an exception pending refuses."""


class Pointers(NamedTuple):
    """The C objects behind a wrapper's context."""

    runtime: int
    context: int


@cache
def library() -> Any:
    """The engine's symbols, typed; `None` where the wheel does not export them (Windows).

    A CDLL, not a PyDLL: the wrapper's callbacks take the interpreter's lock themselves.
    """
    lib = ctypes.CDLL(_quickjs.__file__)
    if not all(hasattr(lib, symbol) for symbol in _SYMBOLS):
        return None
    pointer, text, size, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int
    signatures: dict[str, tuple[Any, tuple[Any, ...]]] = {
        "JS_Eval": (JsValue, (pointer, text, size, text, number)),
        "JS_EvalFunction": (JsValue, (pointer, JsValue)),
        "JS_FreeValue": (None, (pointer, JsValue)),
        "JS_GetArrayBuffer": (pointer, (pointer, ctypes.POINTER(size), JsValue)),
        "JS_GetException": (JsValue, (pointer,)),
        "JS_GetGlobalObject": (JsValue, (pointer,)),
        "JS_GetPropertyStr": (JsValue, (pointer, JsValue, text)),
        "JS_GetRuntime": (pointer, (pointer,)),
        "JS_NewArrayBufferCopy": (JsValue, (pointer, text, size)),
        "JS_ReadObject": (JsValue, (pointer, text, size, number)),
        "JS_SetInterruptHandler": (None, (pointer, InterruptHandler, pointer)),
        "JS_SetModuleLoaderFunc": (None, (pointer, pointer, ModuleLoader, pointer)),
        "JS_SetPropertyStr": (number, (pointer, JsValue, text, JsValue)),
        "JS_WriteObject": (pointer, (pointer, ctypes.POINTER(size), JsValue, number)),
        "js_free": (None, (pointer, pointer)),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    return lib


def pointers_of(context: Any) -> Pointers:
    """The C objects behind a `quickjs.Context`.

    Raises:
        EngineError: the object's layout is not the one that this module knows.
    """
    base = id(context) + object.__basicsize__
    runtime = ctypes.c_void_p.from_address(base).value
    inner = ctypes.c_void_p.from_address(base + ctypes.sizeof(ctypes.c_void_p)).value
    if runtime is None or inner is None or library().JS_GetRuntime(inner) != runtime:
        raise EngineError("the layout of quickjs.Context is not the known one: install quickjs-ng 0.17.0.2")
    return Pointers(runtime, inner)


def bytecode_of(context: int, compiled: JsValue, *, keeps_source: bool = True) -> bytes:
    """What has been compiled, for other contexts of this process to read.

    Args:
        context: the C context.
        compiled: a module, or a function that runs a script; it stays the caller's.
        keeps_source: whether functions can show their source.

    Raises:
        EngineError: the engine cannot write it.
    """
    lib, size = library(), ctypes.c_size_t()
    flags = WRITE_BYTECODE | (0 if keeps_source else WRITE_WITHOUT_SOURCE)
    address = lib.JS_WriteObject(context, ctypes.byref(size), compiled, flags)
    if address is None:
        lib.JS_FreeValue(context, lib.JS_GetException(context))
        raise EngineError("what was compiled cannot be written: install quickjs-ng 0.17.0.2")
    try:
        return ctypes.string_at(address, size.value)
    finally:
        lib.js_free(context, address)


def put_buffer(pointers: Pointers, name: bytes, data: bytes) -> None:
    """Set a global property to an ArrayBuffer with a copy of some bytes. Runs no script."""
    lib = library()
    value = lib.JS_NewArrayBufferCopy(pointers.context, data, len(data))
    world = lib.JS_GetGlobalObject(pointers.context)
    lib.JS_SetPropertyStr(pointers.context, world, name, value)  # takes the value over
    lib.JS_FreeValue(pointers.context, world)


def take_buffer(pointers: Pointers, name: bytes) -> bytes | None:
    """A copy of the ArrayBuffer in a global property; `None` when there is none. Runs no script."""
    lib = library()
    world = lib.JS_GetGlobalObject(pointers.context)
    value = lib.JS_GetPropertyStr(pointers.context, world, name)
    lib.JS_FreeValue(pointers.context, world)
    size = ctypes.c_size_t()
    data = None
    if value.tag == TAG_OBJECT:
        address = lib.JS_GetArrayBuffer(pointers.context, ctypes.byref(size), value)
        if address is not None:
            data = ctypes.string_at(address, size.value)
        else:  # not a buffer: the engine has set an exception, which nobody is to see
            lib.JS_FreeValue(pointers.context, lib.JS_GetException(pointers.context))
    lib.JS_FreeValue(pointers.context, value)
    return data


def self_test() -> bool:
    """Prove the assumptions of this module; whether the C symbols are there.

    Raises:
        EngineError: an assumption does not hold.
    """
    lib = library()
    if lib is None:
        return False
    context = quickjs.Context()
    pointers = pointers_of(context)
    put_buffer(pointers, b"__probe", b"\x00\xffx")
    if context.eval("new Uint8Array(__probe).join()") != "0,255,120":
        raise EngineError("buffers do not arrive: install quickjs-ng 0.17.0.2")
    if take_buffer(pointers, b"__probe") != b"\x00\xffx":
        raise EngineError("buffers do not come back: install quickjs-ng 0.17.0.2")
    source = b"export const a = 1"
    compiled = lib.JS_Eval(
        pointers.context, source, len(source), b"probe.js", EVAL_MODULE | EVAL_COMPILE_ONLY
    )
    if compiled.tag != TAG_MODULE:
        raise EngineError("a module is not compiled to the known value: install quickjs-ng 0.17.0.2")
    code = bytecode_of(pointers.context, compiled)
    lib.JS_FreeValue(pointers.context, compiled)
    read = lib.JS_ReadObject(pointers.context, code, len(code), READ_BYTECODE)
    if read.tag != TAG_MODULE:
        raise EngineError("a compiled module cannot be read again: install quickjs-ng 0.17.0.2")
    lib.JS_FreeValue(pointers.context, read)
    stops = InterruptHandler(lambda _runtime, _opaque: 1)
    lib.JS_SetInterruptHandler(pointers.runtime, stops, None)
    try:
        context.eval("for (;;) {}")
    except quickjs.JSException:
        return True
    raise EngineError("an endless loop is not interrupted: install quickjs-ng 0.17.0.2")
