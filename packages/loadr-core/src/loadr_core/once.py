"""Running a part that runs once in the whole fleet: setup before the load, teardown after it."""

import traceback
from pathlib import PurePath
from typing import TYPE_CHECKING

from loadr_core.compiler.program import OnceProgram
from loadr_core.cookies import CookieJar
from loadr_core.flow.script import OnceCallEnded
from loadr_core.flow.step import IterationAborted, StepFailed
from loadr_core.randomness import seed_for
from loadr_core.setup_data import OnceEnd, OnceOutcome, SetupData
from loadr_core.spi.scope import Scope, VuContext

if TYPE_CHECKING:
    from loadr_core.spi.protocol import ProtocolSession

# As k6 has it: nobody of the load runs these parts.
_NO_VU = VuContext(0, "")


async def run_once(program: OnceProgram, data: SetupData, seed: int) -> OnceOutcome:
    """Run the steps in order, as VU 0 of no scenario.

    Setup fails with its first step in which a request failed: nobody can use what it should have
    prepared. Teardown goes on to its end, to clean up what it can; the first failure is reported.

    Args:
        program: the compiled steps.
        data: what setup has left, for teardown.
        seed: the run's seed.

    Raises:
        asyncio.CancelledError: it was interrupted.
    """
    scope = Scope(_NO_VU, seed_for(seed, program.part), CookieJar())
    scope.variables.update(data.variables)
    scope.rows = program.data.rows_for(scope)
    sessions: list[ProtocolSession] = [handler.open_session(_NO_VU) for handler in program.handlers]
    scope.sessions.extend(sessions)
    script_data = data.scripts
    problem: str | None = None
    end: OnceEnd = "steps failed"
    try:
        for scripts in program.scripts:
            scripts.scripts.setup_data = data.scripts.get(scripts.name)
            scope.scripts[scripts.name] = scripts.open(scope)
        for step in program.steps:
            await step.run(scope)
            if scope.failed_requests > scope.mended_requests:
                problem = problem or scope.last_failure
                if program.part == "setup":
                    break
    except OnceCallEnded as ending:
        problem, end = (problem, end) if problem else (ending.reason, ending.end)
    except IterationAborted as abort:
        problem = problem or abort.reason
    except StepFailed as failure:
        problem = problem or str(failure)
    except Exception as error:  # noqa: BLE001 - as in a VU: an extension's bug must not end the run
        frame = traceback.extract_tb(error.__traceback__)[-1]
        problem = (
            problem or f"{type(error).__name__} at {PurePath(frame.filename).name}:{frame.lineno}: {error}"
        )
    finally:
        for script in scope.scripts.values():
            await script.close()
        for session in scope.sessions:
            await session.close()
    if program.scripts:
        script_data = {scripts.name: scripts.scripts.setup_data for scripts in program.scripts}
    return OnceOutcome(SetupData(dict(scope.variables), script_data), problem, end)
