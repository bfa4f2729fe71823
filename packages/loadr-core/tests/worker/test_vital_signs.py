import gc
import os
import subprocess
import sys

import pytest

from loadr_core.clock import SystemClock
from loadr_core.worker import vital_signs
from loadr_core.worker.vital_signs import VitalSigns, descriptor_limit, raise_descriptor_limit


@pytest.fixture
def signs():
    signs = VitalSigns(SystemClock())
    yield signs
    signs.close()


def test_cpu_is_a_share_of_the_time_that_passed(signs):
    while signs.read().cpu <= 0:  # the kernel's grain
        sum(range(10_000))
    assert 0 <= signs.read().cpu < 64


def test_pauses_of_the_garbage_collector_are_seen_once(signs):
    gc.collect()
    first, second = signs.read(), signs.read()
    assert 0 < first.gc_longest <= first.gc_seconds
    assert (second.gc_longest, second.gc_seconds) == (0.0, 0.0)


def test_a_closed_watch_is_gone():
    before = len(gc.callbacks)
    signs = VitalSigns(SystemClock())
    assert len(gc.callbacks) == before + 1
    signs.close()
    signs.close()
    assert len(gc.callbacks) == before


def test_descriptors_in_use_are_counted_from_below(signs):
    before = signs.read().descriptors
    held = [os.dup(2) for _ in range(before + 10)]
    try:
        assert signs.read().descriptors >= before + 10
        assert signs.read().descriptor_limit == descriptor_limit()
    finally:
        for descriptor in held:
            os.close(descriptor)
    assert signs.read().descriptors == before


NONE_LEFT = """
import os, resource
from loadr_core.worker.vital_signs import descriptor_limit, used_descriptors

hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (used_descriptors(None) + 5, hard))
try:
    while True:
        os.dup(2)
except OSError:
    print(used_descriptors(descriptor_limit()) == descriptor_limit())
"""

RAISED = """
import resource
from loadr_core.worker.vital_signs import raise_descriptor_limit

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
raise_descriptor_limit()
print(resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard))
"""


@pytest.mark.process
@pytest.mark.parametrize("script", [NONE_LEFT, RAISED], ids=["none is left", "the limit is raised"])
def test_limits_of_descriptors(script):
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


class Kernel:
    """A system that names no bound of descriptors, as macOS; `most` are what it gives out."""

    RLIMIT_NOFILE = 8
    RLIM_INFINITY = (1 << 63) - 1

    def __init__(self, most):
        self.most = most
        self.limits = (256, self.RLIM_INFINITY)

    def getrlimit(self, _):
        return self.limits

    def setrlimit(self, _, limits):
        if limits[0] > self.most:
            raise ValueError("current limit exceeds maximum limit")
        self.limits = limits


@pytest.mark.parametrize(
    ("most", "raised"),
    [(Kernel.RLIM_INFINITY, Kernel.RLIM_INFINITY), (245_760, 65_536), (24_576, 10_240), (1_000, 256)],
    ids=["no bound", "a large number", "a small number", "none"],
)
def test_as_many_descriptors_as_a_system_without_a_bound_gives(monkeypatch, most, raised):
    kernel = Kernel(most)
    monkeypatch.setattr(vital_signs, "resource", kernel)
    raise_descriptor_limit()
    assert kernel.limits == (raised, Kernel.RLIM_INFINITY)
