"""A command's process has better things to do than to look for garbage that is not there."""

import json
import subprocess
import sys

import pytest

# Registered before the command registers anything, so it is the last to run.
PROGRAM = """
import atexit, gc, json, sys
looks = []
gc.callbacks.append(lambda phase, info: looks.append(info["generation"]) if phase == "start" else None)
atexit.register(lambda: print(json.dumps({"looks": looks, "left": len(gc.get_objects())}), file=sys.stderr))
from loadr_cli.main import main
del looks[:]
sys.argv[1:] = ["validate", sys.argv[1]]
main()
"""


@pytest.mark.process
def test_a_command_neither_looks_for_garbage_on_its_way_nor_at_its_end(tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "scenarios: {a: {executor: constant-vus, vus: 1, duration: 1s, flow: [{request: {url: 'http://h/'}}]}}"
    )
    command = [sys.executable, "-c", PROGRAM, str(plan)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done
    told = json.loads(done.stderr)
    assert told["looks"] == []
    # What the collector still sees is what was made after everything was taken out of its sight.
    assert told["left"] < 5_000
