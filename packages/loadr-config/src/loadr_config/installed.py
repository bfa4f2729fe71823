"""What is installed beside this distribution, as the caller knows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Installed:
    """Names that plans may use, from the entry-point groups of the environment.

    Attributes:
        protocols: Names in ``loadr.protocols``.
        schemes: Protocol names by URL scheme, from ``loadr.schemes``.
        outputs: Names in ``loadr.outputs``.
        script_engines: Names in ``loadr.script_engines``.
        extractors: Names in ``loadr.extractors``.
        assertions: Names in ``loadr.assertions``.
        services: Names in ``loadr.services``.
    """

    protocols: frozenset[str] = frozenset()
    schemes: Mapping[str, str] = field(default_factory=dict)
    outputs: frozenset[str] = frozenset()
    script_engines: frozenset[str] = frozenset()
    extractors: frozenset[str] = frozenset()
    assertions: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()

    def names(self) -> frozenset[str]:
        """Return every name of every group."""
        return frozenset().union(
            self.protocols,
            self.outputs,
            self.script_engines,
            self.extractors,
            self.assertions,
            self.services,
        )
