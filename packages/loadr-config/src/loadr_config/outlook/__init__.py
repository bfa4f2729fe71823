"""What a plan will do, as far as the plan alone tells: pure arithmetic, nothing runs.

`loadr explain` draws it. A figure that depends on how fast the target answers has no upper bound here.
"""

from loadr_config.outlook._counts import MANY, Count
from loadr_config.outlook._flows import requests_of, shortest_pause
from loadr_config.outlook._plans import PlanOutlook, plan_outlook
from loadr_config.outlook._schedules import Outlook, outlook

__all__ = [
    "MANY",
    "Count",
    "Outlook",
    "PlanOutlook",
    "outlook",
    "plan_outlook",
    "requests_of",
    "shortest_pause",
]
