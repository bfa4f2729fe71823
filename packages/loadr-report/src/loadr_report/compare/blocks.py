"""The block bootstrap: what a run might have been, had other stretches of it come more often. Pure.

Seconds of a run are not independent: a slow moment of the target lasts. Drawing single seconds would
therefore make intervals too short; whole blocks of them keep what neighbours have in common.

Sources: Künsch, "The jackknife and the bootstrap for general stationary observations" (1989), for
blocks; Politis and Romano, "A circular block-resampling procedure for stationary data" (1992), for
letting them go around the end; Politis and White, "Automatic block-length selection for the dependent
bootstrap" (2004), with the correction of Patton, Politis and White (2009), for their length.
"""

from collections.abc import Iterable
from math import ceil, log10, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

_MOST_BLOCKS: Final = 15
"""Few long blocks: what they miss of slow changes is little, and Student's t pays for there being few."""

_FEWEST_BLOCKS: Final = 6


def block_length(series: Iterable[Numbers]) -> int:
    """Intervals of a block, for series of the same run.

    The longest that the rule of Politis and White gives for any of them, but so that there are 6 to 15
    blocks: in the hundred intervals of a short run the rule sees too little of what changes slowly.
    """
    found = list(series)
    size = len(found[0])
    wanted = max(automatic_length(one) for one in found)
    return max(1, min(max(wanted, size // _MOST_BLOCKS), size // _FEWEST_BLOCKS))


def automatic_length(series: Numbers) -> int:
    """The rule of Politis and White for the circular block bootstrap, at least 1."""
    size = len(series)
    centred = series - series.mean()
    variance = float(centred @ centred) / size
    if size < 8 or variance <= 0.0:
        return 1
    steps = max(5, ceil(sqrt(log10(size))))
    most = min(ceil(sqrt(size)) + steps, size - 1)
    covariances: Numbers = np.array([centred[: size - lag] @ centred[lag:] / size for lag in range(most + 1)])
    # The correlogram is negligible from the first lag on after which `steps` lags stay within the band.
    is_small = np.abs(covariances[1:] / variance) < 2.0 * sqrt(log10(size) / size)
    last = next(
        (lag for lag in range(len(is_small) - steps + 1) if is_small[lag : lag + steps].all()), len(is_small)
    )
    reach = min(2 * max(last, 1), most)
    lags = np.arange(1, reach + 1)
    weights = np.clip(2.0 * (1.0 - lags / reach), 0.0, 1.0)  # flat at 1 up to a half, then down to 0
    spectrum = covariances[0] + 2.0 * float(weights @ covariances[1 : reach + 1])
    slope = 2.0 * float(weights @ (lags * covariances[1 : reach + 1]))
    if spectrum <= 0.0:
        return 1
    length = float((2.0 * slope**2 / (4.0 / 3.0 * spectrum**2) * size) ** (1.0 / 3.0))
    return max(1, min(ceil(length), ceil(min(3.0 * sqrt(size), size / 3.0))))


def resampled(size: int, length: int, replicates: int, generator: np.random.Generator) -> Numbers:
    """How often each interval occurs in each replicate of a run.

    Args:
        size: intervals of the run.
        length: intervals of a block.
        replicates: how many runs are made up.
        generator: draws.

    Returns:
        Shape (replicates, size); every row adds up to `size`.
    """
    starts = generator.integers(0, size, (replicates, ceil(size / length)))
    drawn = (starts[:, :, None] + np.arange(length)) % size
    flat = drawn.reshape(replicates, -1)[:, :size] + np.arange(replicates)[:, None] * size
    counts = np.bincount(flat.ravel(), minlength=replicates * size)
    return counts.reshape(replicates, size).astype(np.float64)
