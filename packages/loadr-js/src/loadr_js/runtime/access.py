"""How a context is reached beyond calling functions: through the engine's C symbols, or without them."""

from typing import Protocol


class Access(Protocol):
    """What a script context needs of its engine."""

    def run_script(self, name: str, source: str) -> None:
        """Run a script of our own, under a name that stacks show.

        Raises:
            EngineError: it threw: a bug in it.
        """

    def bring(self, module: str) -> None:
        """Make it possible to import a module; before the script does.

        Raises:
            ScriptFailed: it is refused, or imports what is.
            ScriptSyntaxError: it cannot be parsed, or what it imports cannot.
        """

    def put_buffer(self, data: bytes) -> None:
        """Leave bytes for the script as the ArrayBuffer `__loadr_buffer`. Runs no script."""

    def take_buffer(self) -> bytes | None:
        """The bytes of the ArrayBuffer in `__loadr_buffer`; `None` when there is none. Runs no script."""

    def named(self, stack: str) -> str:
        """A stack whose places have the names of the modules."""
