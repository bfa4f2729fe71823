"""Write docs/reference/plan.md: every key of the plan language, from the models themselves.

python scripts/plan_reference.py           write the page
python scripts/plan_reference.py --check   exit 1 when the page is not what would be written
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from loadr_config import json_schema

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "plan.md"

_OPENING = """\
# Every key of a plan

Written by `scripts/plan_reference.py` from the models that load plans; `loadr schema` prints the same as JSON
Schema. Names such as `Request` are headings of this page; a text may be written as a number or a boolean.
"""


_PART = "PartOf"
"""How the definitions of overlays begin: they repeat the keys of the plan, and need none of them."""


def reference() -> str:
    """The page."""
    schema = json_schema()
    parts = [_OPENING, "## The plan\n", *_table(schema)]
    for name, definition in sorted(schema["$defs"].items()):
        if "properties" in definition and not name.startswith(_PART):
            parts += [f"\n## {name}\n", f"{definition.get('description', '')}\n", *_table(definition)]
    return "\n".join(parts) + "\n"


def _table(definition: dict[str, Any]) -> Iterator[str]:
    yield "| key | type | default | meaning |"
    yield "| --- | --- | --- | --- |"
    needed = definition.get("required", [])
    for key, member in definition["properties"].items():
        default = _code(json.dumps(member["default"], ensure_ascii=False)) if "default" in member else ""
        mark = " (needed)" if key in needed else ""
        yield f"| `{key}`{mark} | {_cell(_type(member))} | {default} | {_cell(member.get('description', ''))} |"


def _type(member: dict[str, Any]) -> str:
    """A type in a few words."""
    if "$ref" in member:
        name = member["$ref"].rpartition("/")[2]
        return "part of a plan" if name.startswith(_PART) else f"`{name}`"
    if "const" in member:
        return _code(str(member["const"]))
    if "enum" in member:
        return ", ".join(_code(str(value)) for value in member["enum"])
    for choice in ("anyOf", "oneOf"):
        if choice in member:
            # Durations and sizes are texts with a pattern, or numbers.
            if "examples" in member:
                return "duration" if "300ms" in member["examples"] else "size"
            return " or ".join(dict.fromkeys(_type(option) for option in member[choice]))
    match member.get("type"):
        case "array":
            items = member.get("items")
            return f"list of {_type(items)}" if isinstance(items, dict) and items else "list"
        case "object":
            values = member.get("additionalProperties")
            return f"map of {_type(values)}" if isinstance(values, dict) and values else "map"
        case ["string", "number", "boolean"]:
            return "text"
        case list() as several:
            return " or ".join(several)
        case str() as single:
            return single
        case _:
            return "any value"


def _code(text: str) -> str:
    return f"`{_cell(text)}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main() -> int:
    """Write or check; the exit code."""
    page = reference()
    if "--check" in sys.argv[1:]:
        current = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        if current != page:
            print("docs/reference/plan.md is out of date: run scripts/plan_reference.py", file=sys.stderr)
        return int(current != page)
    PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
