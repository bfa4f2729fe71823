"""`k6/html`: documents live here, the script holds numbers of their nodes."""

from typing import Any, Final

from loadr_js.runtime.context import HostFunction
from loadr_js.runtime.outcomes import HostError

_MAX_DOCUMENTS: Final = 100
_SUBMITTABLE: Final = "input[name], select[name], textarea[name]"
_UNSUBMITTED: Final = frozenset({"submit", "button", "image", "reset", "file"})


class Documents:
    """The documents of one VU, for as long as a call into the script lasts."""

    def __init__(self) -> None:
        self._nodes: list[list[Any]] = []

    def clear(self) -> None:
        """Forget all documents; their numbers mean nothing afterwards."""
        self._nodes.clear()

    def functions(self) -> dict[str, HostFunction]:
        """The host functions."""
        return {"html_parse": self.parse, "html": self.ask, "html_attributes": self.attributes}

    def parse(self, text: str) -> list[int]:
        """Parse; the number of the document and of its root."""
        try:
            from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - only scripts that read HTML
        except ImportError as error:
            raise HostError("k6/html needs selectolax: pip install 'loadr[extract]'") from error
        if len(self._nodes) >= _MAX_DOCUMENTS:
            raise HostError(f"more than {_MAX_DOCUMENTS} documents were parsed in one iteration")
        document = LexborHTMLParser(text)
        self._nodes.append([document.root])
        return [len(self._nodes) - 1, 0]

    def attributes(self, document: int, node: int) -> dict[str, str]:
        """All attributes of a node."""
        return {name: value or "" for name, value in self._nodes[document][node].attributes.items()}

    def ask(self, what: str, document: int, numbers: list[int], arguments: list[Any]) -> Any:
        """Answer a question about some nodes; sets of nodes are answered by their numbers."""
        known = self._nodes[document]
        nodes = [known[number] for number in numbers]
        match what:
            case "text":
                return "".join(node.text(deep=True) for node in nodes)
            case "inner":
                return nodes[0].inner_html if nodes else None
            case "tag":
                return nodes[0].tag if nodes else ""
            case "attr":
                return _attribute(nodes[0], arguments[0]) if nodes else None
            case "val":
                return _value(nodes[0]) if nodes else None
            case "fields":
                return [field for node in nodes for field in _fields(node)]
            case "root_find":
                return self._numbers(document, _css(known[0], arguments[0]))
            case "find":
                return self._numbers(
                    document, [found for node in nodes for found in _below(node, arguments[0])]
                )
            case "filter":
                return [n for n, node in zip(numbers, nodes, strict=True) if _matches(node, arguments[0])]
            case "closest":
                found = [
                    next((a for a in _upwards(node) if _matches(a, arguments[0])), None) for node in nodes
                ]
                return self._numbers(document, [node for node in found if node is not None])
            case _:
                return self._numbers(document, [found for node in nodes for found in _related(node, what)])

    def _numbers(self, document: int, found: list[Any]) -> list[int]:
        """The numbers of nodes, each once, in the order in which they were found."""
        known = self._nodes[document]
        places = {node.mem_id: number for number, node in enumerate(known)}
        numbers: dict[int, None] = {}
        for node in found:
            number = places.get(node.mem_id)
            if number is None:
                number = places[node.mem_id] = len(known)
                known.append(node)
            numbers[number] = None
        return list(numbers)


def _css(node: Any, selector: str) -> list[Any]:
    try:
        found: list[Any] = node.css(selector)
    except Exception as error:
        raise HostError(f"{selector!r} is no CSS selector that is understood") from error
    return found


def _below(node: Any, selector: str) -> list[Any]:
    return [found for found in _css(node, selector) if found.mem_id != node.mem_id]


def _matches(node: Any, selector: str) -> bool:
    parent = node.parent
    if parent is None:
        return any(found.mem_id == node.mem_id for found in _css(node, selector))
    return any(found.mem_id == node.mem_id for found in _css(parent, selector))


def _upwards(node: Any) -> list[Any]:
    found = []
    while node is not None and node.tag not in ("-document", "#document"):
        found.append(node)
        node = node.parent
    return found


def _related(node: Any, what: str) -> list[Any]:
    match what:
        case "children":
            return list(node.iter(include_text=False))
        case "contents":
            return list(node.iter(include_text=True))
        case "parent":
            return _upwards(node)[1:2]
        case "parents":
            return _upwards(node)[1:]
        case "next":
            return _siblings(node, forward=True)[:1]
        case "next_all":
            return _siblings(node, forward=True)
        case "prev":
            return _siblings(node, forward=False)[:1]
        case "prev_all":
            return _siblings(node, forward=False)
        case "siblings":
            return [*reversed(_siblings(node, forward=False)), *_siblings(node, forward=True)]
        case _:
            raise HostError(f"unknown question {what!r}")


def _siblings(node: Any, *, forward: bool) -> list[Any]:
    found = []
    sibling = node.next if forward else node.prev
    while sibling is not None:
        if not sibling.tag.startswith("-"):
            found.append(sibling)
        sibling = sibling.next if forward else sibling.prev
    return found


def _attribute(node: Any, name: str) -> str | None:
    if name not in node.attributes:
        return None
    return node.attributes[name] or ""


def _value(node: Any) -> str | list[str] | None:
    match node.tag:
        case "textarea":
            return str(node.text(deep=True))
        case "select":
            options = node.css("option")
            chosen = [option for option in options if "selected" in option.attributes]
            if "multiple" in node.attributes:
                return [_option(option) for option in chosen]
            picked = chosen[-1:] or options[:1]
            return _option(picked[0]) if picked else None
        case "option":
            return _option(node)
        case _:
            value = _attribute(node, "value")
            return "" if value is None and node.tag in ("input", "button") else value


def _option(node: Any) -> str:
    value = _attribute(node, "value")
    return str(node.text(deep=True)) if value is None else value


def _fields(form: Any) -> list[dict[str, str | list[str]]]:
    """What a browser would submit, without the button (HTML standard, 4.10.21.4, simplified).

    A `select` of several is one field with the values of all, as in k6.
    """
    fields: list[dict[str, str | list[str]]] = []
    for node in form.css(_SUBMITTABLE):
        attributes = node.attributes
        kind = (attributes.get("type") or "").lower()
        if "disabled" in attributes or kind in _UNSUBMITTED:
            continue
        if kind in ("checkbox", "radio") and "checked" not in attributes:
            continue
        value = _value(node)
        if kind in ("checkbox", "radio") and attributes.get("value") is None:
            value = "on"
        fields.append({"name": attributes["name"], "value": value or ""})
    return fields
