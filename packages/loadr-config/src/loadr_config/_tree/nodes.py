"""The nodes of a plan: scalars, sequences and maps, each with its place."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

PathPart: TypeAlias = str | int
Path: TypeAlias = tuple[PathPart, ...]


@dataclass(slots=True, eq=False)
class Source:
    """A file's text.

    Attributes:
        name: The file as the user named it.
        text: The whole text.
    """

    name: str
    text: str = field(repr=False)
    _lines: list[str] | None = field(default=None, repr=False)

    def line(self, number: int) -> str | None:
        """Return a line by its number from 1, without its line break."""
        if self._lines is None:
            # Not `splitlines`: form feeds and the like are no line breaks of YAML.
            self._lines = self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return self._lines[number - 1] if 0 < number <= len(self._lines) else None


@dataclass(slots=True, eq=False)
class Scalar:
    """A single value.

    Attributes:
        value: The text without quotes.
        style: The quote or block sign, or "" for a plain scalar.
        tag: A tag that was written, or "".
    """

    value: str
    style: str
    tag: str
    source: Source
    line: int
    column: int


@dataclass(slots=True, eq=False)
class Sequence:
    """A list."""

    items: "list[Node]"
    source: Source
    line: int
    column: int


@dataclass(slots=True, eq=False)
class Entry:
    """A key and its value in a map."""

    key: Scalar
    value: "Node"


@dataclass(slots=True, eq=False)
class Mapping:
    """A map; keys are texts, in the order written."""

    entries: dict[str, Entry]
    source: Source
    line: int
    column: int


Node: TypeAlias = Scalar | Sequence | Mapping


def child(node: Node, part: PathPart) -> Node | None:
    """Return what stands under a key or an index, or None."""
    if isinstance(node, Mapping):
        entry = node.entries.get(str(part))
        return entry.value if entry else None
    if isinstance(node, Sequence) and isinstance(part, int) and 0 <= part < len(node.items):
        return node.items[part]
    return None


def find(root: Node, path: Path) -> tuple[Node, Scalar | None, Path]:
    """Follow a path as far as it goes.

    Returns:
        The last node on the path, the key under which it stands (if it stands under one), and the part
        of the path that was followed.
    """
    node, key = root, None
    for depth, part in enumerate(path):
        below = child(node, part)
        if below is None:
            return node, key, path[:depth]
        key = node.entries[str(part)].key if isinstance(node, Mapping) else None
        node = below
    return node, key, path


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything below it."""
    stack: list[Node] = [node]
    while stack:
        current = stack.pop()
        yield current
        if isinstance(current, Mapping):
            stack.extend(entry.value for entry in reversed(current.entries.values()))
        elif isinstance(current, Sequence):
            stack.extend(reversed(current.items))


def written_path(path: Path) -> str:
    """Write a path the way diagnostics show it: ``scenarios.api.flow[0].request.url``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part and not set(part) & set('.[]" \t\n'):
            text += f".{part}" if text else part
        else:
            text += '["' + part.replace("\\", "\\\\").replace('"', '\\"') + '"]'
    return text
