"""Logging to standard error, as much as `-v` asks for."""

import logging
from typing import Final

_LEVELS: Final = (logging.WARNING, logging.INFO, logging.DEBUG)


def set_up_logging(verbosity: int) -> None:
    """Warnings; with `-v` also information, with `-vv` also details."""
    level = _LEVELS[min(verbosity, len(_LEVELS) - 1)]
    logging.getLogger("asyncio").setLevel(max(level, logging.INFO))  # its details are not about the run
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True)
