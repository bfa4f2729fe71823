"""k6 and loadr, each in a process of its own; a script's `handleSummary` prints the summary."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from loadr_testing.demo_target import DemoTargetProcess
from loadr_testing.servers import LoopbackAuthority

PATIENCE = 120.0

sys.path.insert(0, str(Path(__file__).parent))


def _run(command, folder, environment):
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    start = done.stdout.find('{"')
    assert start >= 0, f"{command}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    document, _ = json.JSONDecoder().raw_decode(done.stdout[start:])
    return done.returncode, document


@pytest.fixture
def both(tmp_path):
    """Run a script by loadr and by k6: exit code and summary of each."""

    def running(script, environment):
        k6 = shutil.which("k6", path=str(Path(sys.executable).parent))
        assert k6, "k6 is missing: python scripts/install.py test"
        words = [word for name, value in environment.items() for word in ("-e", f"{name}={value}")]
        loadr = [sys.executable, "-m", "loadr_cli", "run", str(script), "--quiet", *words]
        # Without its server, for which all runs of a machine want the same port.
        peer = [k6, "run", "--quiet", "--no-usage-report", "--address", "", *words, str(script)]
        return _run(loadr, tmp_path, environment), _run(peer, tmp_path, environment)

    return running


@pytest.fixture(scope="session")
def targets(tmp_path_factory):
    """What the scripts find in their environment: servers, and the authority that all programs trust."""
    from peculiar import peculiar  # noqa: PLC0415 - beside this file

    folder = tmp_path_factory.mktemp("authority")
    trusted, alien = LoopbackAuthority(), LoopbackAuthority()
    with (
        DemoTargetProcess() as process,
        peculiar() as special,
        peculiar(trusted.server_context()) as secure,
        peculiar(alien.server_context()) as untrusted,
        peculiar(trusted.server_context("other.test")) as other_name,
    ):
        yield {
            "BASE": process.url,
            "SPECIAL": special,
            "SECURE": secure,
            "UNTRUSTED": untrusted,
            "OTHER_NAME": other_name,
            "SSL_CERT_FILE": str(trusted.write_ca_file(folder)),
        }
