"""Put the root on the path, where `benchmarks` is, and leave out what this machine cannot run."""

import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

# The benchmarks themselves are for Linux; nginx comes with `scripts/install_system.py test`.
LINUX = sys.platform.startswith("linux") and shutil.which("taskset") is not None
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin:/usr/local/sbin") is not None
collect_ignore = ([] if LINUX else ["test_measure.py"]) + (
    [] if LINUX and NGINX else ["test_nginx_target.py"]
)


@pytest.fixture(scope="session")
def samples():
    """The folder of captured outputs of the real tools."""
    return Path(__file__).parent / "samples"
