"""pydantic's errors in the user's words, at the user's places."""

import re
from dataclasses import dataclass
from typing import Any

from pydantic_core import ErrorDetails

from loadr_config._tree.nodes import Mapping, Node, Path, Sequence, child
from loadr_config._validation.shapes import model_at
from loadr_config._validation.suggestions import did_you_mean, nearest
from loadr_config.models._families import FAMILIES, keys_of, sibling_keys
from loadr_config.models._scalars import kind_of


@dataclass(frozen=True, slots=True)
class Mistake:
    """An error to report.

    Attributes:
        path: The place in the plan.
        message: What is wrong.
        suggestion: What to do about it.
        on_key: The key is meant, not its value.
        is_warning: It does not keep the plan from running.
        offset: Characters from the start of the text to the mistake.
        text: The text that `offset` counts in.
        meant: The known key that an unknown one probably is.
    """

    path: Path
    message: str
    suggestion: str | None = None
    on_key: bool = False
    is_warning: bool = False
    offset: int | None = None
    text: str | None = None
    meant: str | None = None


def path_of(location: tuple[str | int, ...], root: Node) -> Path:
    """Return the path in the tree for an error's location.

    Left out are the tags of unions and the labels that pydantic puts in for its own validators.
    """
    path: list[str | int] = []
    node: Node | None = root
    for part in location:
        if isinstance(part, str) and part.startswith("#"):
            continue
        below = None if node is None else child(node, part)
        if below is None and node is not None and not isinstance(node, Mapping | Sequence):
            continue
        path.append(part)
        node = below
    return tuple(path)


def mistake_of(error: ErrorDetails, root: Node) -> Mistake:
    """Rewrite one of pydantic's errors."""
    location = error["loc"]
    path = path_of(location, root)
    kind, context, value = error["type"], error.get("ctx", {}), error["input"]
    if kind == "missing":
        return Mistake(path, f'{_owner(location[:-1], path[:-1])} needs "{location[-1]}"')
    if kind == "extra_forbidden":
        return _unknown_key(location, path)
    if kind == "plan":
        return _from_validator(path, location, context)
    if kind.startswith("family:"):
        return _unknown_member(FAMILIES[kind.removeprefix("family:")].name, path, value)
    if kind == "literal_error":
        known = re.findall("'([^']*)'", str(context.get("expected", "")))
        hint = did_you_mean(value, known) if isinstance(value, str) else None
        return Mistake(path, f"expected {_either(known)}, got {kind_of(value)}", hint)
    return Mistake(path, _simple(kind, context, value, error["msg"]), _hint(kind, value))


def _simple(kind: str, context: dict[str, Any], value: Any, message: str) -> str:
    got = kind_of(value)
    match kind:
        case "model_type" | "model_attributes_type" | "dict_type":
            return f"expected a map, got {got}"
        case "tuple_type" | "list_type":
            return f"expected a list, got {got}"
        case "int_type" | "int_from_float" | "int_parsing":
            return f"expected an integer, got {got}"
        case "bool_type":
            return f"expected true or false, got {got}"
        case "string_type":
            return f"expected text, got {got}"
        case "too_short" if isinstance(value, str):
            return "the text is empty"
        case "too_short":
            what = "map" if isinstance(value, dict) else "list"
            return f"expected a {what} with at least {context.get('min_length', 1)} entry"
        case "greater_than_equal":
            return f"expected at least {context.get('ge')}, got {got}"
        case "value_error":
            return f"cannot be used: {got}"
        case "greater_than":
            return f"expected more than {context.get('gt')}, got {got}"
        case _:
            return message[:1].lower() + message[1:]


def _hint(kind: str, value: Any) -> str | None:
    if value is None:
        return "give the key a value, or remove it"
    if kind == "bool_type" and isinstance(value, str):
        word = value.lower()
        if word in {"yes", "on", "true", "y"}:
            return "write true"
        if word in {"no", "off", "false", "n"}:
            return "write false"
    if kind.startswith("int_") and isinstance(value, str) and value.strip().isdecimal():
        return f"write {int(value)} without quotes" if len(value) < 20 else None
    if kind == "tuple_type" and isinstance(value, dict):
        return 'begin every entry of a list with "- "'
    return None


def _short_form(family: str, value: Any) -> str | None:
    """Return the long form of what people write shorter."""
    if family == "think time" and isinstance(value, str | int | float) and not isinstance(value, bool):
        return f"write {{type: constant, duration: {getattr(value, 'text', value)}}}"
    return _hint("", value)


def _owner(location: tuple[str | int, ...], path: Path) -> str:
    """Name the map that lacks a key."""
    if not path:
        return "the plan"
    last = location[-1]
    if isinstance(last, str) and last.startswith("#"):
        family, _, member = last.removeprefix("#").partition(":")
        if family == "executor":
            return f'scenario "{path[-1]}": executor {member}'
        return f"{family} {member}"
    if isinstance(path[-1], int):
        named = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
        return f'an entry of "{named}"'
    return f'"{path[-1]}"'


def _unknown_key(location: tuple[str | int, ...], path: Path) -> Mistake:
    key = str(location[-1])
    parent = location[-2] if len(location) > 1 else ""
    if isinstance(parent, str) and parent.startswith("#"):
        users = [member for known, member in sibling_keys(parent) if known == key]
        if users:
            family, _, own = parent.removeprefix("#").partition(":")
            return Mistake(
                path,
                f'"{key}" is not used by {family} {own}, only by {_listed(users)}',
                on_key=True,
                is_warning=True,
            )
    model = model_at(location[:-1])
    known = keys_of(model) if model else ()
    meant = nearest(key, known)
    hint: str | None = None
    if meant is not None:
        hint = f'did you mean "{meant}"?'
    elif 0 < len(known) <= 12:
        hint = f"known keys: {', '.join(known)}"
    return Mistake(path, f'unknown key "{key}"', hint, on_key=True, meant=meant)


def _unknown_member(name: str, path: Path, value: Any) -> Mistake:
    family = FAMILIES[name]
    known = [member for member in family.members if member != "*" and _is_word(family.name, member)]
    if name == "message":
        return Mistake(path, f'expected text, or a map with "text" or "binary_base64", got {kind_of(value)}')
    if name == "parameters":
        return Mistake(path, f"expected a list or a map, got {kind_of(value)}", _hint("", value))
    if not isinstance(value, dict):
        also = " or text" if name == "body" else ""
        return Mistake(path, f"expected a map{also}, got {kind_of(value)}", _short_form(name, value))
    if family.key is None:
        return _unknown_only_key(name, known, path, value)
    key = family.key
    if key not in value:
        hint = f"one of {', '.join(known)}"
        named = f'scenario "{path[-1]}"' if name == "executor" else f"this {name}"
        return Mistake(path, f'{named} needs "{key}"', hint)
    chosen = value[key]
    near = did_you_mean(chosen, known) if isinstance(chosen, str) else None
    hint = near or f"there are {', '.join(known)}"
    what = name if name == "executor" else f"{name} type"
    return Mistake((*path, key), f"unknown {what} {kind_of(chosen)}", hint)


def _unknown_only_key(name: str, known: list[str], path: Path, value: dict[str, Any]) -> Mistake:
    article = "a request body" if name == "body" else f"a {name}"
    if len(value) == 1:
        key = next(iter(value))
        near = did_you_mean(key, known) or f"there are {', '.join(known)}"
        if name == "body":
            near = f'for a JSON body write it under "json"; there are {", ".join(known)}'
        return Mistake((*path, key), f'unknown {name} "{key}"', near, on_key=True)
    if not value:
        return Mistake(path, f"{article} is a map with exactly one key, this one is empty")
    good = [key for key in value if key in known]
    keys = list(value)
    second = next((key for key in keys if key not in good[:1]), keys[-1])
    hint: str | None = None
    if name == "step" and good:
        hint = f'keys of "{good[0]}" stand one level deeper; a further step begins with "- "'
    elif name == "body":
        hint = 'for a JSON body write it under "json"'
    shown = _listed(keys, "and", quote=True)
    return Mistake(
        (*path, second), f"{article} is a map with exactly one key, got {shown}", hint, on_key=True
    )


def _is_word(family: str, member: str) -> bool:
    return not (family == "body" and member == "text") and not (family == "extractor" and member == "chain")


def _from_validator(path: Path, location: tuple[str | int, ...], context: dict[str, Any]) -> Mistake:
    text, key = context["text"], context.get("key")
    if text.startswith(("needs ", "takes only one", "takes one")):
        text = f"{_owner(location, path)} {text}"
    below = context.get("below", ())
    return Mistake(
        (*path, *below) if key is None else (*path, key),
        text,
        context.get("suggestion"),
        on_key=key is not None,
        offset=context.get("offset"),
        text=context.get("of"),
    )


def _either(words: list[str]) -> str:
    return _listed(words, "or")


def _listed(words: list[str], last: str = "and", *, quote: bool = False) -> str:
    shown = [f'"{word}"' if quote else word for word in words[:8]]
    if len(words) > 8:
        shown.append("…")
    return f" {last} ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)
