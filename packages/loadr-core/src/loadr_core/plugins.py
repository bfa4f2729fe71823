"""Finding extensions: entry points, resolved by name and lazily.

A broken extension is named with its distribution, and hurts only the plans that use it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Protocol

from loadr_config.extras import EXTRAS, install_line
from loadr_config.installed import Installed
from loadr_config.models import Request
from loadr_config.protocols import protocol_of, scheme_of
from loadr_core.errors import ExtensionError, PlanRefusedError
from loadr_core.spi.extraction import Assertion, Extractor
from loadr_core.spi.output import Output
from loadr_core.spi.protocol import ProtocolHandler
from loadr_core.spi.script import ScriptEngine
from loadr_core.spi.source import Source

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint, EntryPoints

PROTOCOLS: Final = "loadr.protocols"
SCHEMES: Final = "loadr.schemes"
OUTPUTS: Final = "loadr.outputs"
EXTRACTORS: Final = "loadr.extractors"
ASSERTIONS: Final = "loadr.assertions"
SCRIPT_ENGINES: Final = "loadr.script_engines"
SOURCES: Final = "loadr.sources"

GROUPS: Final = (
    PROTOCOLS,
    SCRIPT_ENGINES,
    OUTPUTS,
    EXTRACTORS,
    ASSERTIONS,
    SOURCES,
    "loadr.services",
    "loadr.importers",
    "loadr.launchers",
    "loadr.commands",
    "loadr.checks",
)
"""The groups whose entries are objects; `loadr.schemes` maps names only."""


class Loadable(Protocol):
    """Something that can be imported."""

    def load(self) -> Any:
        """Import it."""
        ...


@dataclass(frozen=True, slots=True)
class Reference:
    """An object by the module and the name that stand in an entry point.

    It travels to workers, which do not read what is installed: `importlib.metadata` costs 2 MB and 15 ms.

    Attributes:
        value: `package.module:name`, perhaps with extras in brackets.
    """

    value: str

    def load(self) -> Any:
        """Import it."""
        module, _, names = self.value.partition("[")[0].partition(":")
        return reduce(getattr, filter(None, names.strip().split(".")), import_module(module.strip()))


@dataclass(frozen=True, slots=True)
class Extension:
    """An installed entry point.

    Attributes:
        group: the entry-point group.
        name: the key used in plans.
        distribution: the distribution that brings it, with its version.
        entry: what to import.
    """

    group: str
    name: str
    distribution: str
    entry: Loadable

    def load(self) -> Any:
        """The object behind the entry.

        Raises:
            ExtensionError: importing it failed; names the distribution.
        """
        try:
            return self.entry.load()
        except Exception as error:
            raise ExtensionError(
                f"{self.group} {self.name!r} of {self.distribution} cannot be loaded: "
                f"{type(error).__name__}: {error}"
            ) from error


def extensions(group: str) -> dict[str, Extension]:
    """The installed extensions of a group, by name."""
    return {entry.name: _extension(entry) for entry in _installed(group)}


def schemes() -> dict[str, str]:
    """URL schemes and the names of their protocols; nothing is imported for it."""
    return {entry.name: entry.value for entry in _installed(SCHEMES)}


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that is installed, as one reading of the entry points found it.

    Attributes:
        groups: the extensions of each group, by name; or the entry points that they are made of.
        schemes: protocol names, by URL scheme.
    """

    groups: "Mapping[str, Mapping[str, Extension | EntryPoint]]"
    schemes: Mapping[str, str]

    @classmethod
    def read(cls) -> "Catalog":
        """Look into every distribution once, some 5 ms; nothing is imported.

        What distribution an entry is from is looked up when it is found: that reads metadata, 0.3 ms each.
        """
        from importlib.metadata import entry_points  # noqa: PLC0415 - as below

        found = entry_points()
        return cls(
            {group: {entry.name: entry for entry in found.select(group=group)} for group in GROUPS},
            {entry.name: entry.value for entry in found.select(group=SCHEMES)},
        )

    def find(self, kind: str, name: str) -> Extension | None:
        """The extension of a kind (a group without its `loadr.`) and a name."""
        found = self.groups.get(f"loadr.{kind}", {}).get(name)
        return found if found is None or isinstance(found, Extension) else _extension(found)

    def installed(self) -> Installed:
        """The names, for the plan language."""

        def names(kind: str) -> frozenset[str]:
            return frozenset(self.groups.get(f"loadr.{kind}", ()))

        return Installed(
            protocols=names("protocols"),
            schemes=self.schemes,
            outputs=names("outputs"),
            script_engines=names("script_engines"),
            extractors=names("extractors"),
            assertions=names("assertions"),
            services=names("services"),
        )


def _installed(group: str) -> "EntryPoints":
    from importlib.metadata import entry_points  # noqa: PLC0415 - not for a worker

    return entry_points(group=group)


def _extension(entry: "EntryPoint") -> Extension:
    distribution = f"{entry.dist.name} {entry.dist.version}" if entry.dist else "an unknown distribution"
    return Extension(entry.group, entry.name, distribution, Reference(entry.value))


def _not_installed(what: str, name: str, known: Iterable[str]) -> PlanRefusedError:
    extra = EXTRAS.get(name)
    way_out = (
        install_line(extra) if extra else f"install its plugin (known: {', '.join(sorted(known)) or 'none'})"
    )
    return PlanRefusedError([f"{what} {name!r} is not installed: {way_out}"])


class ProtocolRegistry:
    """The protocols that requests may use.

    Args:
        handlers: handler classes or extensions, by protocol name.
        schemes: protocol names, by URL scheme.
    """

    def __init__(
        self, handlers: dict[str, type[ProtocolHandler] | Extension], schemes: dict[str, str]
    ) -> None:
        self._handlers = handlers
        self._schemes = schemes

    @classmethod
    def installed(cls) -> "ProtocolRegistry":
        """Everything that entry points offer."""
        return cls(dict(extensions(PROTOCOLS)), schemes())

    def load(self, protocol: str) -> type[ProtocolHandler]:
        """The handler class of a protocol.

        Raises:
            PlanRefusedError: it is not installed.
            ExtensionError: it is broken.
        """
        handler = self._handlers.get(protocol)
        if handler is None:
            raise _not_installed("protocol", protocol, self._handlers)
        if isinstance(handler, Extension):
            loaded = handler.load()
            if not (isinstance(loaded, type) and issubclass(loaded, ProtocolHandler)):
                raise ExtensionError(
                    f"{handler.group} {protocol!r} of {handler.distribution} is not a ProtocolHandler"
                )
            return loaded
        return handler

    def protocol_of(self, request: Request, base_url: str | None) -> str:
        """The protocol of a request: named, or told by its block, or by its URL's scheme.

        Raises:
            PlanRefusedError: the scheme belongs to no installed protocol.
        """
        protocol = protocol_of(request, base_url, self._schemes)
        if protocol is None:
            scheme = scheme_of(request.url) or scheme_of(base_url or "") or request.url
            raise _not_installed("the protocol of scheme", scheme, self._schemes)
        return protocol


def load_output(name: str) -> type[Output]:
    """The class of an output.

    Raises:
        PlanRefusedError: it is not installed.
        ExtensionError: it is broken.
    """
    loaded: type[Output] = _load(OUTPUTS, "output", name, Output)
    return loaded


def load_extractor(name: str) -> type[Extractor]:
    """The class of an extractor; raises as `load_output`."""
    loaded: type[Extractor] = _load(EXTRACTORS, "extractor", name, Extractor)
    return loaded


def load_assertion(name: str) -> type[Assertion]:
    """The class of an assertion; raises as `load_output`."""
    loaded: type[Assertion] = _load(ASSERTIONS, "assertion", name, Assertion)
    return loaded


def load_source(name: str) -> type[Source]:
    """The class of a source of observed metrics; raises as `load_output`."""
    loaded: type[Source] = _load(SOURCES, "source", name, Source)
    return loaded


def load_script_engine(name: str) -> type[ScriptEngine]:
    """The class of a script engine; raises as `load_output`."""
    loaded: type[ScriptEngine] = _load(SCRIPT_ENGINES, "script engine", name, ScriptEngine)
    return loaded


def _load(group: str, what: str, name: str, base: type) -> Any:
    found = extensions(group)
    if name not in found:
        raise _not_installed(what, name, found)
    loaded = found[name].load()
    if not (isinstance(loaded, type) and issubclass(loaded, base)):
        article = "an" if base.__name__[0] in "AEIOU" else "a"
        raise ExtensionError(
            f"{group} {name!r} of {found[name].distribution} is not {article} {base.__name__}"
        )
    return loaded
