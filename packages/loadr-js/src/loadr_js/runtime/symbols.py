"""A context reached through the engine's C symbols: everything that loadr promises of scripts."""

from collections.abc import Callable
from typing import Any, Final

from loadr_js.runtime import compiled, door
from loadr_js.runtime.modules import LoadModule, ModuleDoor

_BUFFER: Final = b"__loadr_buffer"


class SymbolAccess:
    """See `Access`.

    Args:
        context: the wrapper's context.
        load_module: the source of a module by its name.
        is_to_stop: asked by the engine every some thousand operations; 1 stops the script.
    """

    def __init__(self, context: Any, load_module: LoadModule, is_to_stop: Callable[[int, int], int]) -> None:
        self._pointers = door.pointers_of(context)
        # The engine keeps the addresses of these; they live as long as this object.
        self._interrupt = door.InterruptHandler(is_to_stop)
        self._modules = ModuleDoor(self._pointers, load_module)
        door.library().JS_SetInterruptHandler(self._pointers.runtime, self._interrupt, None)

    def run_script(self, name: str, source: str) -> None:
        """Run a script of our own."""
        compiled.run_script(self._pointers, name, source)

    def bring(self, module: str) -> None:
        """Nothing to do: the engine asks for modules itself."""

    def put_buffer(self, data: bytes) -> None:
        """Leave bytes for the script."""
        door.put_buffer(self._pointers, _BUFFER, data)

    def take_buffer(self) -> bytes | None:
        """Take the script's bytes."""
        return door.take_buffer(self._pointers, _BUFFER)

    def named(self, stack: str) -> str:
        """As it is."""
        return stack
