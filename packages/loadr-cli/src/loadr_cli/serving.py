"""Letting a run be controlled while it goes on, and telling the user how."""

import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from loadr_cli.failures import tell
from loadr_cli.steering import TOKEN_VARIABLE
from loadr_config.models import ExternallyControlled, TestPlan
from loadr_core.control import RunControl, RuntimeFolder, serve_locally, serve_port
from loadr_core.errors import ControlError

_UNENCRYPTED: Final = "the token crosses the network unencrypted: use it in networks that you trust"


@dataclass(frozen=True, slots=True)
class Steering:
    """How a run is controlled from outside.

    Attributes:
        paused: whether it waits for a resume before it begins.
        address: host and port where it listens; a place of the user's own when it is `None`.
    """

    paused: bool = False
    address: tuple[str, int] | None = None


@asynccontextmanager
async def controllable(run: RunControl, steering: Steering) -> AsyncIterator[list[str]]:
    """Serve the control of a run while it goes on; gives what the user has to know of it.

    A run that cannot be reached in the user's own folder runs all the same, and a message says so.

    Raises:
        ControlError: the address that was asked for cannot be had.
    """
    folder = RuntimeFolder()
    async with AsyncExitStack() as stack:
        words = []
        if steering.address is not None:
            token = os.environ.get(TOKEN_VARIABLE) or secrets.token_urlsafe()
            entry, port = await stack.enter_async_context(serve_port(run, folder, *steering.address, token))
            words.append(f"control: listens on {port.host}:{port.port}, its token is in {entry.path}")
            if not _is_loopback(port.host):
                words.append(f"control: {_UNENCRYPTED}")
        else:
            try:
                await stack.enter_async_context(serve_locally(run, folder))
            except ControlError as error:
                tell(f"this run cannot be controlled: {error}")
        yield words


def how_to_go_on(plan: TestPlan, run_id: str, *, paused: bool) -> Iterator[str]:
    """What has to be done by hand for a run to do anything."""
    if paused:
        yield f"paused: `loadr ctl resume --run {run_id}` begins it"
    for name, scenario in plan.scenarios.items():
        if isinstance(scenario, ExternallyControlled) and scenario.vus == 0:
            yield (
                f"scenario {name} starts without VUs: `loadr ctl scale --run {run_id} --scenario {name} --vus N` "
                f"gives it up to {scenario.max_vus}"
            )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
