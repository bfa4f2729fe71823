"""CommonJS as modules of the language: `require`, `module.exports`, and files that mix both, as k6 takes them.

What `require` names is imported before the file runs, as the engine cannot stop for a module in the midst of it.
Only what exists is: a bundle may have a `require` of its own inside, for names that are no files.

    require('k6/http')       →  import * as __loadr_0 from 'k6/http', at the end of the file
    exports.f = …            →  the file is the body of a function, which gets `module`, `exports` and `require`

Lines keep their numbers, and columns do but in the first line of a file that is all CommonJS.
"""

import json
import re
from collections.abc import Callable
from typing import Final

from loadr_js.sources.imports import parsed

_MARKS: Final = re.compile(r"\brequire\s*\(|\bexports\b")
_REQUIRED: Final = re.compile(r"""\brequire\s*\(\s*(["'])([^"'\\\n]+)\1\s*\)""")
_OWN_REQUIRE: Final = re.compile(r"\b(?:function|var|let|const|class|import|as)\s+require\b")
_EXPORTED: Final = re.compile(
    r"""\bexports\s*(?:\.\s*([A-Za-z_$][\w$]*)|\[\s*["']([A-Za-z_$][\w$]*)["']\s*\])\s*=(?!=)"""
)
_STATEMENTS: Final = frozenset({"import_statement", "export_statement"})

# Words that cannot name what a module exports by a declaration; `default` is exported on its own.
_NO_NAMES: Final = frozenset({"default", "__esModule"})

_MODULE: Final = "__loadr_commonjs"
"""What a file of CommonJS exports beside the rest: its `module`. The script's side of loading knows the name."""

_HINT: Final = (
    ": it must be named by a text, and be one of k6's or a file beside the script; bundle npm packages"
)

_HEAD: Final = "const __loadr_module = {exports: {}}; (function (module, exports, require) {"
_FOOT: Final = "\n}).call(__loadr_module.exports, __loadr_module, __loadr_module.exports, __loadr_require);\n"


def as_module(text: str, is_there: Callable[[str], bool]) -> str:
    """A file as a module; one that is a module already, and requires nothing, stays as it is.

    Args:
        text: JavaScript.
        is_there: whether there is a module of a name, as it stands in the text.
    """
    if _MARKS.search(text) is None:
        return text
    names = dict.fromkeys(found[2] for found in _REQUIRED.finditer(text))
    required = [name for name in names if is_there(name)]
    if any(node.type in _STATEMENTS for node in parsed(text).children):
        if not names or _OWN_REQUIRE.search(text):
            return text
        return f"{text}\n{_imports(required)}{_require(required, 'require')}"
    exported = {found[1] or found[2] for found in _EXPORTED.finditer(text)} - _NO_NAMES
    return "".join(
        (
            _HEAD,
            text,
            _FOOT,
            _imports(required),
            _require(required, "__loadr_require"),
            _exports(sorted(exported)),
        )
    )


def _imports(names: list[str]) -> str:
    return "".join(f"import * as __loadr_{n} from {json.dumps(name)};" for n, name in enumerate(names))


def _require(names: list[str], called: str) -> str:
    """A function; its declaration is known from the file's start on, as imports are."""
    table = ", ".join(f"{json.dumps(name)}: __loadr_{n}" for n, name in enumerate(names))
    return f"""function {called}(name) {{
  const found = {{__proto__: null, {table}}}[name];
  if (found === undefined) {{
    const error = new ReferenceError(`require: there is no module '${{name}}'{_HINT}`);
    Error.captureStackTrace?.(error, {called}); // the mistake is where it was called
    throw error;
  }}
  return found.{_MODULE} === undefined ? found : found.{_MODULE}.exports;
}}
"""


def _exports(names: list[str]) -> str:
    own = "const __loadr_exports = __loadr_module.exports;"
    default = (
        "export default (__loadr_exports?.__esModule && 'default' in __loadr_exports"
        " ? __loadr_exports.default : __loadr_exports);"
    )
    values = "".join(f"const __loadr_of_{name} = __loadr_exports?.{name};" for name in names)
    listed = "".join(f", __loadr_of_{name} as {name}" for name in names)
    return f"{own}{default}{values}export {{__loadr_module as {_MODULE}{listed}}};\n"
