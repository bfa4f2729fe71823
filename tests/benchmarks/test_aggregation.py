"""The figures of the benchmark `aggregation`."""

import pytest
from benchmarks import aggregation
from benchmarks.harness import process_tree


def test_its_megabytes_are_those_of_the_others():
    assert aggregation.memory_mb("VmRSS") == pytest.approx(process_tree.own_resident() / 1e6, rel=0.01)
