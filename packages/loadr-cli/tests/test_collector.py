import gc

import pytest

from loadr_cli.collector import paused


@pytest.fixture
def collector():
    """The collector as it was, whatever a test does to it."""
    was_enabled = gc.isenabled()
    yield
    (gc.enable if was_enabled else gc.disable)()


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_afterwards_as_it_was(enabled, collector):
    (gc.enable if enabled else gc.disable)()
    with paused():
        assert not gc.isenabled()
    assert gc.isenabled() is enabled


def test_an_error_leaves_it_as_it_was_too(collector):
    gc.enable()
    with pytest.raises(KeyError), paused():
        raise KeyError
    assert gc.isenabled()
