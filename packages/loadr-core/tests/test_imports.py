"""What each process loads: memory and start-up are part of the promise."""

import subprocess
import sys

import pytest


@pytest.mark.process
@pytest.mark.parametrize(
    ("module", "never"),
    [
        pytest.param(
            "loadr_core.coordinator", {"numpy", "hdrh", "uvloop", "loadr_core.engine"}, id="coordinator"
        ),
        pytest.param(
            "loadr_core.worker.process",
            {"ruamel", "rich", "click", "hdrh", "loadr_core.coordinator"},
            id="worker",
        ),
    ],
)
def test_a_process_loads_only_what_it_needs(module, never):
    program = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert never.isdisjoint(done.stdout.split())
