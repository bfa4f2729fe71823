"""A context reached without the engine's C symbols, where its wheel does not export them (Windows).

Modules are rewritten into functions, buffers cross as texts, and every text starts where the one before it has
ended, so that a line's number tells the module. Slower, and not all that loadr promises: `LIMITS` says what.
"""

import json
import re
from bisect import bisect_right
from typing import Any, Final

import quickjs

from loadr_js.errors import EngineError, ScriptFailed
from loadr_js.runtime.modules import LoadModule, ModuleRefused
from loadr_js.runtime.outcomes import engine_failure, value_of
from loadr_js.runtime.rewriting import resolved, rewritten

LIMITS: Final = (
    "this build of quickjs-ng does not export its C interface: a script that never ends cannot be interrupted "
    "(js.timeout has no effect), modules cannot await at their top level, import() only finds modules that are "
    "imported somewhere as well, and starting VUs takes longer"
)

_FRAME: Final = re.compile(r"<input>:(\d+)")

_REGISTRY: Final = r"""
(function () {
  'use strict';
  const defined = new Map(), made = new Map();
  function need(name) {
    if (made.has(name)) return made.get(name);
    const entry = defined.get(name);
    if (entry === undefined) throw new ReferenceError(`${name}: without a module loader only what is imported somewhere can be imported`);
    const module = {};
    made.set(name, module);
    const add = (key, get) => Object.defineProperty(module, key, {get, enumerable: true, configurable: true});
    const all = other => Object.keys(other).forEach(key => { if (key !== 'default' && !(key in module)) add(key, () => other[key]); });
    const find = spec => need(Object.hasOwn(entry.names, spec) ? entry.names[spec] : spec);
    try { entry.run(find, add, all, spec => new Promise(done => done(find(String(spec))))); }
    catch (error) { made.delete(name); throw error; }
    return module;
  }
  globalThis.__loadr_bring = name => new Promise(done => done(need(name)));
  // Buffers: bytes as hexadecimal digits in a text, which the host reads and sets.
  globalThis.__loadr_hex = '';
  Object.defineProperty(globalThis, '__loadr_buffer', {
    get() {
      const hex = globalThis.__loadr_hex, bytes = new Uint8Array(hex.length / 2);
      for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(hex.slice(2 * i, 2 * i + 2), 16);
      return bytes.buffer;
    },
    set(value) {
      const isBuffer = value instanceof ArrayBuffer;
      globalThis.__loadr_hex = isBuffer ? Array.from(new Uint8Array(value), byte => byte.toString(16).padStart(2, '0')).join('') : null;
    },
  });
  return (name, names, run) => { defined.set(name, {names: JSON.parse(names), run}); };
})()
"""


class PlainAccess:
    """See `Access`.

    Args:
        context: the wrapper's context.
        load_module: the source of a module by its name.
    """

    def __init__(self, context: Any, load_module: LoadModule) -> None:
        self._context = context
        self._load = load_module
        self._starts: list[int] = []
        self._names: list[str] = []
        self._lines = 0
        self._known: set[str] = set()
        self._define = self._eval("loadr:registry", _REGISTRY)

    def run_script(self, name: str, source: str) -> None:
        """Run a script of our own."""
        try:
            self._eval(name, source)
        except quickjs.JSException as error:
            raise EngineError(f"{name} cannot be run by this engine") from error

    def bring(self, module: str) -> None:
        """Define a module, and all that it imports."""
        brought: set[str] = set()
        waiting = [module]
        while waiting:
            name = waiting.pop()
            if name not in self._known and name not in brought:
                brought.add(name)
                waiting += self._bring(name)
        self._known |= brought  # not before all of it is there: what failed fails again

    def _bring(self, name: str) -> list[str]:
        """Define one module; the names of those that it imports."""
        try:
            code, imports = rewritten(self._load(name))
            function = self._eval(name, code)
        except ModuleRefused as refusal:
            raise ScriptFailed("ReferenceError", str(refusal), refusal.place) from refusal
        except quickjs.JSException as error:
            value_of(engine_failure(self.named(str(error))))
            raise
        except ValueError as error:  # a NUL in the text
            raise ScriptFailed("SyntaxError", f"{name}: {error}") from error
        names = {imported: resolved(name, imported) for imported in imports}
        self._define(name, json.dumps(names), function)
        return list(names.values())

    def put_buffer(self, data: bytes) -> None:
        """Leave bytes for the script."""
        self._context.set("__loadr_hex", data.hex())

    def take_buffer(self) -> bytes | None:
        """Take the script's bytes."""
        text = self._context.get("__loadr_hex")
        return None if text is None else bytes.fromhex(text)

    def named(self, stack: str) -> str:
        """With the modules' names instead of the wrapper's one name for everything."""
        return _FRAME.sub(self._place, stack)

    def _place(self, frame: re.Match[str]) -> str:
        line = int(frame[1])
        index = bisect_right(self._starts, line - 1) - 1
        return f"{self._names[index]}:{line - self._starts[index]}"

    def _eval(self, name: str, source: str) -> Any:
        self._starts.append(self._lines)
        self._names.append(name)
        text = "\n" * self._lines + source
        self._lines += source.count("\n") + 1
        return self._context.eval(text)
