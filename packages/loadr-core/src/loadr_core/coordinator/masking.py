"""Keeping the values of secrets out of what leaves the workers. Pure.

A secret can get into a tag (`tags: {key: ${secrets.x}}`) and into a cause of failure (a URL in a
message). Both are masked where the coordinator takes a report, so that summaries, snapshots,
samples and messages never hold one.
"""

from dataclasses import replace

from loadr_config.secrets import Masker
from loadr_core.metrics.delta import Delta, FailureGain
from loadr_core.metrics.tags import TagPairs


def masked_delta(delta: Delta, masker: Masker) -> Delta:
    """The delta with every form of every secret replaced, in tags and in failures."""
    if not delta.new_tags and not delta.failures:
        return delta
    return replace(
        delta,
        new_tags=tuple(_masked_tags(pairs, masker) for pairs in delta.new_tags),
        failures=tuple(_masked_failure(failure, masker) for failure in delta.failures),
    )


def _masked_tags(pairs: TagPairs, masker: Masker) -> TagPairs:
    return tuple((key, masker.mask(value)) for key, value in pairs)


def _masked_failure(failure: FailureGain, masker: Masker) -> FailureGain:
    return failure._replace(name=masker.mask(failure.name), cause=masker.mask(failure.cause))
