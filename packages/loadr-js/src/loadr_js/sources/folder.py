"""Modules and files of the user: only from inside of one folder, read once per process.

A module's name is its path relative to the folder, with slashes: `script.js`, `lib/helpers.js`. The engine
has resolved `./` and `../` already; a name that still leads out, or whose file a link leads out, is refused.
"""

from difflib import get_close_matches
from pathlib import Path, PurePath
from typing import Final

from loadr_js.errors import Place, ScriptSyntaxError
from loadr_js.runtime.modules import ModuleRefused
from loadr_js.runtime.rewriting import resolved
from loadr_js.sources.built_in import ELSEWHERE, EXTENSIONS, built_in_modules
from loadr_js.sources.commonjs import as_module
from loadr_js.sources.imports import imports_of
from loadr_js.sources.typescript import strip_types

_TYPESCRIPT: Final = frozenset({".ts", ".mts"})
_REMOTE: Final = ("http://", "https://")


class ScriptFolder:
    """The modules of a script.

    Args:
        folder: where all of them lie.
        main: the name of the main module.
        inline: the main module's text, where it was read already.

    Raises:
        ScriptSyntaxError: that text is TypeScript that cannot be stripped of its types.
    """

    def __init__(self, folder: Path, main: str, inline: str | None = None) -> None:
        self._root = folder.resolve()
        self._sources = {} if inline is None else {main: self._as_module(_javascript(inline, main), main)}

    def load(self, name: str) -> str:
        """The JavaScript of a module.

        Raises:
            ModuleRefused: it is not there, or must not be read; with the place of the import.
        """
        try:
            return self._load(name)
        except ModuleRefused as refusal:
            refusal.place = refusal.place or self.importer_of(name)
            raise

    def _load(self, name: str) -> str:
        built_in = built_in_modules().get(name)
        if built_in is not None:
            return built_in
        source = self._sources.get(name)
        if source is None:
            text = self._read_module(name)
            try:
                source = self._sources[name] = self._as_module(_javascript(text, name), name)
            except ScriptSyntaxError as error:
                raise ModuleRefused(error.reason, error.place) from error
        return source

    def _read_module(self, name: str) -> str:
        if name.startswith(_REMOTE):
            raise ModuleRefused(
                f"{name}: remote modules are not loaded; save it beside the script and import './…', or bundle it"
            )
        if name in ELSEWHERE:
            raise ModuleRefused(f"there is no module {name!r}: {ELSEWHERE[name]}")
        if name.startswith(EXTENSIONS):
            raise ModuleRefused(
                f"{name}: extensions of k6 are parts of its program; loadr has plugins in Python"
            )
        if name.startswith(("k6/", "k6")) and not name.endswith((".js", ".ts", ".mjs", ".mts")):
            near = get_close_matches(name, built_in_modules(), n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ModuleRefused(f"there is no module {name!r}{hint}")
        path = self.path_of(name)
        try:
            return path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise ModuleRefused(f"{name}: is not UTF-8 (byte {error.start})") from error
        except OSError as error:
            hint = "" if name.startswith(".") or "/" in name or path.suffix else _PACKAGE_HINT
            raise ModuleRefused(f"{name} cannot be read: {error.strerror}{hint}") from error

    def _as_module(self, text: str, name: str) -> str:
        """A file's text as a module: it may be CommonJS."""

        def is_there(required: str) -> bool:
            if required in built_in_modules():
                return True
            path = (self._root / resolved(name, required)).resolve()
            return required.startswith(".") and path.is_relative_to(self._root) and path.is_file()

        return as_module(text, is_there)

    def path_of(self, name: str) -> Path:
        """The file of a name.

        Raises:
            ModuleRefused: it lies outside of the folder.
        """
        path = (self._root / name).resolve()
        if not path.is_relative_to(self._root):
            raise ModuleRefused(
                f"{name}: is outside of the plan's folder, nothing there can be read (run a script in a folder that holds all its files)"
            )
        return path

    def importer_of(self, name: str) -> Place | None:
        """Where a loaded module imports a module that the engine calls `name`."""
        for module, source in self._sources.items():
            for found in imports_of(source):
                if resolved(module, found.module) == name:
                    return Place(module, found.line, found.column)
        return None


def _javascript(text: str, name: str) -> str:
    """A module's text without types; raises as `strip_types`."""
    return strip_types(text, name) if PurePath(name).suffix in _TYPESCRIPT else text


_PACKAGE_HINT: Final = "; npm packages must be bundled into one file (esbuild --bundle --format=esm)"
