"""Where code of a plan failed: in itself, or in the module that it calls."""

import asyncio
from pathlib import Path

import pytest

from loadr_core.clock import SystemClock
from loadr_core.spi import Scope, ScriptContext, ScriptError, ScriptSource, VuContext
from loadr_python.engine import PythonEngine
from loadr_testing.fakes.scripts import FakeHost


@pytest.mark.parametrize(
    ("code", "site", "within"),
    [
        ("x = 1\n\nx / 0", "step:3", (3, 0)),
        ("await session.sleep(0)\nbad()", "module.py:2", None),
    ],
)
def test_a_step_is_told_by_its_own_line(code, site, within):
    source = ScriptSource("def bad():\n    return 1 / 0\n", "module.py")
    module = PythonEngine(ScriptContext(SystemClock(), Path())).load(source)
    script = module.open(FakeHost(Scope(VuContext(1, "main"))))
    with pytest.raises(ScriptError) as failed:
        asyncio.run(script.run(code))
    assert (failed.value.site, failed.value.within) == (site, within)
