"""Modules by name, for the engine: sources come from a function, what it refuses is thrown.

The engine resolves `./` and `../` against the importing module's name itself. Names are paths relative
to the plan's folder, with slashes on every system, or names of our own modules such as `k6/http`.
"""

import json
from collections.abc import Callable
from typing import Final

from loadr_js.errors import Place
from loadr_js.runtime import door
from loadr_js.runtime.compiled import compile_module

LoadModule = Callable[[str], str]
"""The source of a module; raises `ModuleRefused`."""

_ENCODING: Final = "utf-8"


class ModuleRefused(Exception):
    """There is no such module, or it must not be read; the message says which and why.

    Attributes:
        place: where it is imported, or where it is wrong itself; `None` where that is not known.
    """

    def __init__(self, message: str, place: Place | None = None) -> None:
        super().__init__(message)
        self.place = place


class ModuleDoor:
    """The engine's module loader for one context."""

    def __init__(self, pointers: door.Pointers, load: LoadModule) -> None:
        self._load = load
        self._lib = door.library()
        self._loader = door.ModuleLoader(self._compile)  # the engine keeps its address
        self._lib.JS_SetModuleLoaderFunc(pointers.runtime, None, self._loader, None)

    def _compile(self, context: int, name: bytes, _opaque: int) -> int | None:
        try:
            known = name.decode(_ENCODING)
            return compile_module(context, known, self._load(known))
        except (ModuleRefused, UnicodeError) as refusal:
            error = f"new ReferenceError({json.dumps(str(refusal))})"
            place = getattr(refusal, "place", None)
            if place is not None:  # the engine would tell where our own text throws
                error = f"Object.assign({error}, {{stack: {json.dumps(f'    at {place}')}}})"
            source = f"throw {error}".encode()
            self._lib.JS_Eval(context, source, len(source), name, door.EVAL_GLOBAL)
            return None  # with the exception pending
