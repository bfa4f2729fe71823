"""A worker process: an instance of the engine behind a pipe."""

import asyncio
import os
import signal
import traceback

from loadr_core.clock import SystemClock
from loadr_core.errors import LoadrError, PlanRefusedError
from loadr_core.worker.life import Instance
from loadr_core.worker.messages import Broken, Prepare, Refused
from loadr_core.worker.pipe import Pipe
from loadr_core.worker.sayings import send_what_scripts_say
from loadr_core.worker.tuning import loop_factory, settle_garbage_collector, tune_malloc
from loadr_core.worker.vital_signs import VitalSigns, raise_descriptor_limit


def main() -> int:
    """The life of a worker process; its exit code is for people, the pipe tells the coordinator."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the coordinator decides what Ctrl-C means
    # Unbuffered: a thread that waits in a buffered stream would hold its lock when the process ends.
    commands, messages = open(0, "rb", buffering=0, closefd=False), os.fdopen(os.dup(1), "wb")  # noqa: SIM115
    os.dup2(2, 1)  # whatever an extension prints must not get into the pipe
    pipe = Pipe(commands, messages)
    prepare = pipe.receive_first()
    if prepare is None:
        return 1
    tune_malloc()
    raise_descriptor_limit()
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        try:
            runner.run(_run(prepare, pipe))
        except PlanRefusedError as error:
            pipe.send(Refused(error.problems))
        except LoadrError as error:
            pipe.send(Refused((str(error),)))
        except Exception as error:  # noqa: BLE001 - our own bug: it must reach the user, not a lost stderr
            pipe.send(
                Broken(
                    f"a bug in loadr or an extension:\n{''.join(traceback.format_exception(_leaf(error)))}"
                )
            )
        pipe.close()
    return 0


async def _run(prepare: Prepare, pipe: Pipe) -> None:
    clock = SystemClock()
    signs = VitalSigns(clock)
    sayings = send_what_scripts_say(pipe.send, clock.now, prepare.script_level)
    instance = Instance(prepare, pipe.send, clock, signs)
    settle_garbage_collector()
    pipe.listen(asyncio.get_running_loop(), instance.obey)
    try:
        await instance.run()
    finally:
        sayings.tell_left_out()
    signs.close()


def _leaf(error: BaseException) -> BaseException:
    """The first error of a group: the others are as a rule the same, once for each VU."""
    return _leaf(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error
