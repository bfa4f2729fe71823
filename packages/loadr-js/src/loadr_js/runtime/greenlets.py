"""Running synchronous code on the event loop: it parks where it has to wait.

    loop's task                      greenlet
    ───────────                      ────────
    call(function) ──switch────────▶ function runs, JavaScript frames on its stack
                                     wait_for(awaitable)
    await it       ◀──────switch──── parked
    switch/throw   ────────────────▶ goes on with the result, or the exception
    its result     ◀──────switch──── ended; the greenlet waits for the next call

Budget: 0.6 us for a call that does not park. A new greenlet for each call takes 8 us, nearly all of it
the kernel's: the interpreter maps and unmaps memory for its frames. A thread per user takes 65 us.
"""

import contextvars
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

import greenlet

_ENDED: Final = object()

CANNOT_WAIT: Final = (
    "this cannot wait here, neither for a request nor for a timer: call it in a function of the script or in a "
    "js step, which can keep what comes of it in session.vars"
)


class CannotWait(Exception):
    """Something wants to wait where nothing can go on in between."""


class ParkingGreenlet(greenlet.greenlet):
    """A greenlet in which `wait_for` may be called.

    Attributes:
        returned: what the last function came to.
        raised: what it raised, or `None`.
        dies: it was collected while it was parked: nobody will ask for another call.
    """

    returned: Any = None
    raised: BaseException | None = None
    dies: bool = False


def wait_for(awaitable: Awaitable[Any]) -> Any:
    """Park the running greenlet until something is done; its result.

    Called by host functions, inside a script's call.

    Raises:
        CannotWait: not inside of `Calls.run`.
        BaseException: whatever the awaitable raises, a cancellation too.
    """
    current = greenlet.getcurrent()
    if not isinstance(current, ParkingGreenlet) or current.parent is None:
        close = getattr(awaitable, "close", None)
        if close is not None:
            close()
        raise CannotWait(CANNOT_WAIT)
    try:
        return current.parent.switch(awaitable)
    except greenlet.GreenletExit:
        current.dies = True
        raise


class Stopwatch(Protocol):
    """Measures how long a function really runs."""

    def start(self) -> None:
        """It starts to run, or goes on."""

    def stop(self) -> None:
        """It is parked, or has ended."""


class Calls:
    """The calls of one script context, one after the other, in a greenlet that they share.

    Args:
        watch: started and stopped around every stretch in which a function runs.
    """

    def __init__(self, watch: Stopwatch) -> None:
        self._watch = watch
        self._green: ParkingGreenlet | None = None

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run a function in the greenlet, waiting for what it waits for.

        Args:
            function: runs to its end without returning to the loop but in `wait_for`.
            arguments: its arguments.
        """
        green, watch = self._green, self._watch
        if green is None or green.dead or green.parent is not greenlet.getcurrent():
            green = self._green = ParkingGreenlet(_serve)  # ends here: it goes on in this very greenlet
            green.switch()
        green.gr_context = contextvars.copy_context()  # without it context variables are empty inside
        watch.start()
        parked = green.switch((function, arguments))
        watch.stop()
        while parked is not _ENDED and not green.dead:
            try:
                value = await parked
            except BaseException as error:  # noqa: BLE001 - it belongs inside, where the script's frames unwind
                watch.start()
                parked = green.throw(error)
            else:
                watch.start()
                parked = green.switch(value)
            watch.stop()
        returned, raised = green.returned, green.raised
        green.returned = green.raised = None
        if raised is not None:
            raise raised
        return returned

    def close(self) -> None:
        """Let go of the greenlet, where no call is under way."""
        green, self._green = self._green, None
        if green is not None and not green.dead and green.parent is greenlet.getcurrent():
            green.throw(greenlet.GreenletExit)


def _serve() -> None:
    """Run one function after the other, in a `ParkingGreenlet`; what they came to is left in its attributes."""
    green = greenlet.getcurrent()
    assert isinstance(green, ParkingGreenlet)
    while not green.dies:
        assert green.parent is not None
        function, arguments = green.parent.switch(_ENDED)
        try:
            green.returned = function(*arguments)
        except greenlet.GreenletExit:
            raise
        except BaseException as error:  # noqa: BLE001 - it is the caller's, who gets it
            green.raised = error
        del function, arguments  # nothing of a call is held while the greenlet waits for the next
