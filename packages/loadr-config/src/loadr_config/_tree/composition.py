"""Plans made of several parts: ``extends``, ``!include``, and the overlays under ``env``.

- ``extends: base.yaml`` lays the plan over another one.
- ``!include file.yaml`` stands for the whole of a file, ``!include file.yaml#a.b`` for a part of it.
- An overlay is laid over the plan, one after the other in the order named.

Laying over: maps merge key by key, scalars and lists replace. All files are relative to the plan's folder
and lie in it. Nodes keep the place in the file that they come from.
"""

from collections.abc import Sequence as Several
from dataclasses import dataclass, field
from pathlib import Path as File

from loadr_config._tree.composing import Budget, compose
from loadr_config._tree.findings import Findings
from loadr_config._tree.limits import MAX_CHAIN, MAX_DEPTH, MAX_FILES
from loadr_config._tree.nodes import Entry, Mapping, Node, Path, Scalar, Sequence, Source, child, walk
from loadr_config._tree.reading import read_source
from loadr_config._validation.suggestions import did_you_mean


def lay_over(base: Node, over: Node) -> Node:
    """Return `base` with `over` laid over it; neither is changed."""
    if not isinstance(base, Mapping) or not isinstance(over, Mapping):
        return over
    entries = dict(base.entries)
    for name, entry in over.entries.items():
        below = entries.get(name)
        entries[name] = Entry(entry.key, lay_over(below.value, entry.value)) if below else entry
    return Mapping(entries, over.source, over.line, over.column)


def without(node: Mapping, key: str) -> Mapping:
    """Return a map without one of its keys."""
    entries = {name: entry for name, entry in node.entries.items() if name != key}
    return Mapping(entries, node.source, node.line, node.column)


@dataclass(slots=True)
class Composition:
    """Puts the files of one plan together.

    Attributes:
        folder: The plan's folder.
        shown: The same as the user named it, for the names of files.
        findings: Where mistakes go.
        budget: What all files together may take.
        files: The names of the files read, in order.
        is_complete: Whether the plan that it extends could be read. An include that could not be put in
            stays where it is.
    """

    folder: File
    shown: File
    findings: Findings
    budget: Budget = field(default_factory=Budget)
    files: list[str] = field(default_factory=list)
    is_complete: bool = True
    _read: dict[File, Node | None] = field(default_factory=dict)

    def load(self, source: Source, chain: tuple[File, ...], depth: int = 0) -> Node | None:
        """Compose a file and everything that it refers to.

        Args:
            source: The file.
            chain: The files that led here, this one included.
            depth: How deep in the plan the file's root will stand.
        """
        self.files.append(source.name)
        root = compose(source, self.findings, self.budget, depth)
        if root is None:
            return None
        if any(isinstance(node, Scalar) and node.tag == "!include" for node in walk(root)):
            root = self._with_includes(root, chain, (), depth)
        return self._with_base(root, chain)

    def _with_base(self, root: Node, chain: tuple[File, ...]) -> Node:
        if not isinstance(root, Mapping) or (entry := root.entries.get("extends")) is None:
            return root
        rest = without(root, "extends")
        if not isinstance(entry.value, Scalar) or not entry.value.value:
            self.findings.on(entry.value, "expected the name of a plan", path=("extends",))
            self.is_complete = False
            return rest
        base = self._file(entry.value, entry.value.value, chain, ("extends",), 0)
        if base is None:
            self.is_complete = False
            return rest
        return lay_over(base, rest)

    def _with_includes(self, node: Node, chain: tuple[File, ...], path: Path, depth: int) -> Node:
        if isinstance(node, Scalar):
            return self._included(node, chain, path, depth) if node.tag == "!include" else node
        if isinstance(node, Sequence):
            items = [
                self._with_includes(item, chain, (*path, index), depth + 1)
                for index, item in enumerate(node.items)
            ]
            return Sequence(items, node.source, node.line, node.column)
        entries = {
            name: Entry(entry.key, self._with_includes(entry.value, chain, (*path, name), depth + 1))
            for name, entry in node.entries.items()
        }
        return Mapping(entries, node.source, node.line, node.column)

    def _included(self, node: Scalar, chain: tuple[File, ...], path: Path, depth: int) -> Node:
        name, _, fragment = node.value.partition("#")
        name = name.strip()
        found = self._file(node, name, chain, path, depth)
        if found is not None:
            found = self._part(found, name, fragment.strip(), node, path)
        if found is None:
            return node
        self._spend(found, node, path)
        return found

    def _part(self, whole: Node, name: str, fragment: str, node: Scalar, path: Path) -> Node | None:
        found = whole
        for part in fragment.split(".") if fragment else ():
            below = child(found, int(part) if isinstance(found, Sequence) and part.isdecimal() else part)
            if below is None:
                known = list(found.entries) if isinstance(found, Mapping) else []
                hint = did_you_mean(part, known)
                self.findings.on(node, f'"{name}" has no "{part}"', path=path, suggestion=hint)
                return None
            found = below
        return found

    def _spend(self, found: Node, node: Scalar, path: Path) -> None:
        """Count what an include brings in, as an alias is counted."""
        for count, _ in enumerate(walk(found), start=1):
            if count > self.budget.nodes:
                break
        self.budget.nodes -= count
        if self.budget.nodes < 0:
            self.findings.on(node, "the plan is too large once its includes are expanded", path=path)
            raise TooLargeError

    def _file(self, node: Scalar, name: str, chain: tuple[File, ...], path: Path, depth: int) -> Node | None:
        if not name:
            self.findings.on(node, "expected the name of a file", path=path)
            return None
        try:
            folder = self.folder.resolve()
            file = (folder / name).resolve()
        except (OSError, ValueError, RuntimeError) as error:
            self.findings.on(node, f'"{name}" is no usable file name: {error}', path=path)
            return None
        if not file.is_relative_to(folder):
            self.findings.on(node, f'"{name}" lies outside of the plan\'s folder', path=path)
            return None
        if file in chain:
            self.findings.on(node, f'"{name}" refers to itself', path=path)
            return None
        if file not in self._read:
            self._read[file] = self._first_read(node, name, file, chain, path, depth)
        return self._read[file]

    def _first_read(
        self, node: Scalar, name: str, file: File, chain: tuple[File, ...], path: Path, depth: int
    ) -> Node | None:
        if len(self.files) >= MAX_FILES or len(chain) >= MAX_CHAIN:
            self.findings.on(
                node, f"the plan has more than {MAX_FILES} files, or {MAX_CHAIN} in a row", path=path
            )
            return None
        if not file.is_file():
            self.findings.on(node, f'there is no file "{name}"', path=path)
            return None
        source = read_source(file, str(self.shown / name), self.findings)
        return None if source is None else self.load(source, (*chain, file), depth)


def too_deep(root: Node) -> Node | None:
    """Return a node that stands deeper than the limit, or None.

    The parser bounds each file; a part that is included in several places can still end up too deep.
    """
    stack = [(root, 1)]
    while stack:
        node, depth = stack.pop()
        if depth > MAX_DEPTH:
            return node
        if isinstance(node, Mapping):
            stack.extend((entry.value, depth + 1) for entry in node.entries.values())
        elif isinstance(node, Sequence):
            stack.extend((item, depth + 1) for item in node.items)
    return None


class TooLargeError(Exception):
    """Includes expand to more than the budget; the finding has been made."""


def apply_overlays(root: Mapping, names: Several[str], findings: Findings) -> Mapping:
    """Take ``env`` out of a plan and lay the named overlays over the rest."""
    entry = root.entries.get("env")
    plan = without(root, "env")
    overlays = entry.value if entry else None
    if overlays is not None and not isinstance(overlays, Mapping):
        findings.on(overlays, "expected a map of overlays", path=("env",))
        overlays = None
    known = list(overlays.entries) if isinstance(overlays, Mapping) else []
    for name in names:
        found = overlays.entries.get(name) if isinstance(overlays, Mapping) else None
        if found is None:
            listed = ", ".join(known) if known else "none"
            findings.on(
                entry.key if entry else root,
                f'there is no overlay "{name}"; known: {listed}',
                path=("env", name),
                suggestion=did_you_mean(name, known),
            )
        elif not isinstance(found.value, Mapping):
            findings.on(found.value, "expected a part of a plan", path=("env", name))
        else:
            plan = _as_mapping(lay_over(plan, without(found.value, "env")))
    return plan


def _as_mapping(node: Node) -> Mapping:
    assert isinstance(node, Mapping)
    return node
