import pytest

from loadr_config.summary import Health
from loadr_core.control import RunControl, RunStatus, RuntimeFolder
from loadr_core.errors import ControlError


class Steered(RunControl):
    """A run that does nothing, remembers what it was asked, and refuses scenario `no`."""

    def __init__(self, run_id="20261125-1"):
        self._run_id = run_id
        self.orders = []

    @property
    def run_id(self):
        return self._run_id

    def status(self):
        return RunStatus(
            run_id=self._run_id,
            name="steered",
            phase="running",
            elapsed_secs=1.5,
            requests=7,
            failed_requests=0,
            iterations=3,
            scenarios=[],
            workers=[],
            health=Health(),
        )

    async def obey(self, command):
        if command.scenario == "no":
            raise ControlError("there is no scenario 'no'")
        self.orders.append(command)


@pytest.fixture
def make_run():
    return Steered


@pytest.fixture
def folder(tmp_path):
    return RuntimeFolder(tmp_path / "runs")
