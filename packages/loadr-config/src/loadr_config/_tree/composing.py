"""From text to nodes: ruamel.yaml's parser events, composed with limits and without its constructors.

Aliases share nodes; what they would expand to is counted, so that an alias bomb is an error at the alias
that lights it. Merge keys (``<<``) are resolved here. Duplicate keys are findings, the first one counts.
"""

import re
import warnings
from dataclasses import dataclass, field
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from loadr_config._tree.findings import Findings
from loadr_config._tree.limits import MAX_DEPTH, MAX_NODES
from loadr_config._tree.nodes import Entry, Mapping, Node, Path, Scalar, Sequence, Source

_CORE: Final = "tag:yaml.org,2002:"
_COLLECTION_TAGS: Final = {"", "!", f"{_CORE}map", f"{_CORE}seq"}
_SCALAR_TAGS: Final = {
    "!": "str",
    f"{_CORE}str": "str",
    f"{_CORE}int": "int",
    f"{_CORE}float": "float",
    f"{_CORE}bool": "bool",
    f"{_CORE}null": "null",
    "!include": "!include",
}


_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class _Stop(Exception):
    """Composing cannot go on; the finding has been made."""


@dataclass(slots=True)
class Budget:
    """What a whole plan may still take, over all its files."""

    nodes: int = MAX_NODES


@dataclass(slots=True)
class _Anchor:
    node: Node | None = None
    size: int = 0


@dataclass(slots=True)
class _Composer:
    source: Source
    findings: Findings
    budget: Budget
    events: Any
    anchors: dict[str, _Anchor] = field(default_factory=dict)

    def stop(self, event: Any, message: str, path: Path = (), suggestion: str | None = None) -> _Stop:
        mark = event.start_mark
        self.findings.at(
            self.source, mark.line + 1, mark.column + 1, message, path=path, suggestion=suggestion
        )
        return _Stop()

    def document(self, depth: int) -> Node | None:
        """Compose the only document, or return None for an empty stream."""
        next(self.events)  # the stream's start
        start = next(self.events)
        if type(start).__name__ == "StreamEndEvent":
            return None
        node, _ = self.node(next(self.events), depth + 1, ())
        next(self.events)  # the document's end
        more = next(self.events)
        if type(more).__name__ != "StreamEndEvent":
            raise self.stop(more, "a plan is one YAML document, here begins a second one")
        return node

    def node(self, event: Any, depth: int, path: Path) -> tuple[Node, int]:
        """Compose the node that an event begins; return it and its size with aliases expanded."""
        if isinstance(event, AliasEvent):
            return self.alias(event, path)
        if depth > MAX_DEPTH:
            raise self.stop(event, f"is nested more than {MAX_DEPTH} levels deep", path)
        anchor = None
        if event.anchor is not None:
            # A second anchor of the same name replaces the first one (YAML 1.2, 3.2.2.2).
            anchor = self.anchors[event.anchor] = _Anchor()
        node, size = self.fresh(event, depth, path)
        if anchor is not None:
            anchor.node, anchor.size = node, size
        return node, size

    def fresh(self, event: Any, depth: int, path: Path) -> tuple[Node, int]:
        """Compose what is no alias."""
        if isinstance(event, ScalarEvent):
            return self.scalar(event, path)
        if isinstance(event, SequenceStartEvent):
            return self.sequence(event, depth, path)
        return self.mapping(event, depth, path)

    def alias(self, event: Any, path: Path) -> tuple[Node, int]:
        anchor = self.anchors.get(event.anchor)
        if anchor is None:
            raise self.stop(
                event, f'the alias "*{event.anchor}" has no anchor "&{event.anchor}" before it', path
            )
        if anchor.node is None:
            raise self.stop(event, f'"*{event.anchor}" stands inside of what it stands for', path)
        self.spend(anchor.size, event, path)
        return anchor.node, anchor.size

    def spend(self, size: int, event: Any, path: Path) -> None:
        self.budget.nodes -= size
        if self.budget.nodes < 0:
            raise self.stop(
                event, f"the plan has more than {MAX_NODES:,} values once its aliases are expanded", path
            )

    def scalar(self, event: Any, path: Path) -> tuple[Scalar, int]:
        self.spend(1, event, path)
        written = str(event.tag) if event.tag is not None else ""
        tag = ""
        if written:
            known = _SCALAR_TAGS.get(written)
            if known is None:
                raise self.stop(event, f"the tag {_shown_tag(written)} is not allowed in a plan", path)
            tag = known
        if event.style == '"' and not event.value.isascii() and _SURROGATE.search(event.value):
            raise self.stop(
                event, "an escape stands for half a character", path, "write the character itself"
            )
        mark = event.start_mark
        return Scalar(event.value, event.style or "", tag, self.source, mark.line + 1, mark.column + 1), 1

    def collection(self, event: Any, path: Path) -> None:
        self.spend(1, event, path)
        if event.tag is not None and str(event.tag) not in _COLLECTION_TAGS:
            raise self.stop(event, f"the tag {_shown_tag(str(event.tag))} is not allowed in a plan", path)

    def sequence(self, start: Any, depth: int, path: Path) -> tuple[Sequence, int]:
        self.collection(start, path)
        mark = start.start_mark
        node = Sequence([], self.source, mark.line + 1, mark.column + 1)
        size = 1
        while not isinstance(event := next(self.events), SequenceEndEvent):
            item, item_size = self.node(event, depth + 1, (*path, len(node.items)))
            node.items.append(item)
            size += item_size
        return node, size

    def mapping(self, start: Any, depth: int, path: Path) -> tuple[Mapping, int]:
        self.collection(start, path)
        mark = start.start_mark
        node = Mapping({}, self.source, mark.line + 1, mark.column + 1)
        merged: list[tuple[Scalar, Node]] = []
        size = 1
        while not isinstance(event := next(self.events), MappingEndEvent):
            if isinstance(event, SequenceStartEvent | MappingStartEvent):
                raise self.stop(event, "a key must be a plain text, not a list or a map", path)
            key, _ = self.node(event, depth + 1, path)
            if not isinstance(key, Scalar):
                raise self.stop(event, "a key must be a plain text, not a list or a map", path)
            place = (*path, key.value)
            value, value_size = self.node(next(self.events), depth + 1, place)
            size += value_size
            if key.value == "<<" and not key.style and not key.tag:
                merged.append((key, value))
            elif (earlier := node.entries.get(key.value)) is not None:
                hint = f"the first one is on line {earlier.key.line}"
                self.findings.at(
                    self.source,
                    event.start_mark.line + 1,
                    event.start_mark.column + 1,
                    f'duplicate key "{key.value}"',
                    path=place,
                    suggestion=hint,
                )
            else:
                node.entries[key.value] = Entry(key, value)
        for key, value in merged:
            self.merge(node, key, value, path)
        return node, size

    def merge(self, node: Mapping, key: Scalar, value: Node, path: Path) -> None:
        """Put the entries of a merge key's maps in; what is there already wins."""
        for other in value.items if isinstance(value, Sequence) else [value]:
            if isinstance(other, Mapping):
                for name, entry in other.entries.items():
                    node.entries.setdefault(name, entry)
            else:
                self.findings.on(key, '"<<" takes a map, or a list of maps', path=(*path, "<<"))


def compose(source: Source, findings: Findings, budget: Budget, depth: int = 0) -> Node | None:
    """Parse a source into nodes; mistakes become findings.

    Args:
        source: The text.
        findings: Where mistakes go.
        budget: What may still be taken.
        depth: How deep in the plan the root will stand.

    Returns:
        The root, or None when there is none or the parser could not go on.
    """
    # The "safe" pure parser keeps no comments, which halves its time. No plug-ins: looking for them
    # reads folders.
    yaml = YAML(typ="safe", pure=True, plug_ins=[])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about versions in %YAML directives, for instance
        try:
            return _Composer(source, findings, budget, iter(yaml.parse(source.text))).document(depth)
        except _Stop:
            return None
        except MarkedYAMLError as error:
            _report(error, source, findings)
        except (
            YAMLError,
            ValueError,
            IndexError,
            AttributeError,
            AssertionError,
            TypeError,
            OverflowError,
        ) as error:
            # The scanner has a few holes of its own for malformed escapes and directives.
            findings.at(source, 1, 1, f"is no YAML: {str(error) or type(error).__name__}")
    return None


_FRIENDLY: Final = (
    ("'\\t' that cannot start any token", "a tab cannot indent YAML", "use spaces"),
    (
        "mapping values are not allowed",
        'a second ":" on this line',
        "put quotes around the text, or break the line",
    ),
    ("could not find expected ':'", 'expected ":" after this key', None),
    ("expected <block end>", "this line is indented differently from those around it", None),
    ("found unexpected end of stream", "the text ends inside quotes", "close the quotes"),
    (
        "expected ',' or '}', but got '{'",
        'a "{" inside of a text, in a map in braces',
        "put quotes around the text",
    ),
    (
        "expected the node content, but found ':'",
        'a ":" cannot begin a text here',
        "put quotes around the text",
    ),
    (
        "expected ',' or '}', but got",
        'expected "," or "}" in a map in braces',
        'put "," between entries, "}" at the end, and quotes around a text with ": " in it',
    ),
    (
        "expected ',' or ']', but got",
        'expected "," or "]" in a list in brackets',
        'put "," between entries, and "]" at the end',
    ),
    ("'@' that cannot start any token", '"@" cannot begin a text', "put quotes around the text"),
    ("'`' that cannot start any token", '"`" cannot begin a text', "put quotes around the text"),
    ("'%' that cannot start any token", '"%" cannot begin a text', "put quotes around the text"),
)


def _report(error: MarkedYAMLError, source: Source, findings: Findings) -> None:
    mark = error.problem_mark or error.context_mark
    problem = str(error.problem or error.context or "is no YAML")
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    message, hint = f"is no YAML: {problem}", None
    for part, friendly, suggestion in _FRIENDLY:
        if part in problem:
            message, hint = friendly, suggestion
            break
    else:
        if error.context and error.problem:
            message = f"is no YAML: {error.context}: {problem}"
    findings.at(source, line, column, message, suggestion=hint)


def _shown_tag(tag: str) -> str:
    return f"!!{tag.removeprefix(_CORE)}" if tag.startswith(_CORE) else tag
