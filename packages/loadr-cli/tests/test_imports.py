"""What a command need not wait for is not imported."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.process

HEAVY = ("rich", "loadr_report", "numpy", "asyncio", "loadr_js", "loadr_config.expressions", "lxml")


def test_validating_waits_for_nothing_that_it_does_not_use():
    code = (
        "import sys, loadr_cli.main, loadr_cli.commands.validate\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
