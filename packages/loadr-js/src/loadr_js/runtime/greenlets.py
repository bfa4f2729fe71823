"""Running synchronous code on the event loop: it parks where it has to wait.

    loop's task                      greenlet
    ───────────                      ────────
    call(function) ──switch────────▶ function runs, JavaScript frames on its stack
                                     wait_for(awaitable)
    await it       ◀──────switch──── parked
    switch/throw   ────────────────▶ goes on with the result, or the exception
    its result     ◀──────switch──── ended; the greenlet waits for the next call

A call that waits for the same thing again and again, such as what comes to a socket, waits for a `Signal`: whoever
gives it switches to the greenlet right there, while the task goes on waiting. Neither a future nor a step of the
task comes in between, which is a third of what such a round costs.

Budget: 0.6 us for a call that does not park. A new greenlet for each call takes 8 us, nearly all of it
the kernel's: the interpreter maps and unmaps memory for its frames. A thread per user takes 65 us.
"""

import asyncio
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
        calls: whose calls it runs.
    """

    calls: "Calls"
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


class Signal:
    """What a call waits for again and again; it goes on where the signal is given."""

    __slots__ = ("_green",)

    def __init__(self) -> None:
        self._green: ParkingGreenlet | None = None

    def wait(self) -> None:
        """Park the running greenlet until the signal is given. Raises as `wait_for`."""
        current = greenlet.getcurrent()
        if not isinstance(current, ParkingGreenlet) or current.parent is None:
            raise CannotWait(CANNOT_WAIT)
        self._green = current
        try:
            current.parent.switch(self)
        except greenlet.GreenletExit:
            current.dies = True
            raise
        finally:
            self._green = None

    def give(self) -> None:
        """Let the call go on that waits, until it waits again; nothing happens where none does."""
        green = self._green
        if green is None:
            return
        if (
            greenlet.getcurrent() is not green.parent
        ):  # given by another script, which must not be left inside
            asyncio.get_running_loop().call_soon(self.give)
            return
        self._green = None
        green.calls.go_on(green)

    def __repr__(self) -> str:
        return f"<Signal {'waited for' if self._green is not None else 'free'}>"


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
        # While the call waits for signals: done when it does not any more; then what it waits for instead.
        self._waiter: asyncio.Future[None] | None = None
        self._parked: Any = None

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run a function in the greenlet, waiting for what it waits for.

        Args:
            function: runs to its end without returning to the loop but in `wait_for`.
            arguments: its arguments.
        """
        green, watch = self._green, self._watch
        if green is None or green.dead or green.parent is not greenlet.getcurrent():
            green = self._green = ParkingGreenlet(_serve)  # ends here: it goes on in this very greenlet
            green.calls = self
            green.switch()
        green.gr_context = contextvars.copy_context()  # without it context variables are empty inside
        watch.start()
        parked = green.switch((function, arguments))
        watch.stop()
        while parked is not _ENDED and not green.dead:
            try:
                if isinstance(parked, Signal):
                    parked = await self._signalled()
                    continue
                value = await parked
            except BaseException as error:
                if self._has_gone_on():
                    green.returned = green.raised = None
                    raise
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

    def go_on(self, green: ParkingGreenlet) -> None:
        """Let a call go on that waited for a signal, outside of its task."""
        watch = self._watch
        watch.start()
        parked = green.switch(None)
        watch.stop()
        if not isinstance(parked, Signal):  # the task's affair again
            self._parked = parked
            if self._waiter is not None and not self._waiter.done():
                self._waiter.set_result(None)

    async def _signalled(self) -> Any:
        """Wait until the call waits for something that is no signal, or has ended; what that is."""
        self._waiter = asyncio.get_running_loop().create_future()
        await self._waiter
        parked, self._parked, self._waiter = self._parked, None, None
        return parked

    def _has_gone_on(self) -> bool:
        """Whether a call that is interrupted had ended already; what it had begun to wait for is let go."""
        parked, self._parked, self._waiter = self._parked, None, None
        if parked is _ENDED:
            return True
        close = getattr(parked, "close", None)
        if close is not None:
            close()
        return False

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
