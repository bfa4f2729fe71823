"""Data sources: rows of files and plans, handed out to VUs, exactly once over all workers."""

from loadr_core.data.draws import Draws, draws_of, plan_draws
from loadr_core.data.sources import DataSources
from loadr_core.data.table import Table

__all__ = ["DataSources", "Draws", "Table", "draws_of", "plan_draws"]
