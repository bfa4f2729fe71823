"""What all outputs share: taking without blocking, delivering with patience, keeping books."""

from loadr_outputs.delivery.backoff import Backoff
from loadr_outputs.delivery.courier import Courier
from loadr_outputs.delivery.destination import Destination, RejectedError, UnavailableError
from loadr_outputs.delivery.output import DeliveringOutput
from loadr_outputs.delivery.spool import Parcel, Spool

__all__ = [
    "Backoff",
    "Courier",
    "DeliveringOutput",
    "Destination",
    "Parcel",
    "RejectedError",
    "Spool",
    "UnavailableError",
]
