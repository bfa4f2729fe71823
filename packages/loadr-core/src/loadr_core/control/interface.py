"""How a run is watched and steered, from wherever: the command line now, a web page or a controller later. Pure."""

from abc import ABC, abstractmethod

from loadr_core.control.status import RunStatus
from loadr_core.fleet.commands import ControlCommand


class RunControl(ABC):
    """A run that goes on."""

    @property
    @abstractmethod
    def run_id(self) -> str:
        """Its name, unique on this machine."""

    @abstractmethod
    def status(self) -> RunStatus:
        """How it stands, as the last reports of its workers tell. Called at any time, must not wait."""

    @abstractmethod
    async def obey(self, command: ControlCommand) -> None:
        """Do what is asked; returns when every worker has obeyed.

        Raises:
            ControlError: the run cannot do that; the message says why, and nothing has changed.
        """
