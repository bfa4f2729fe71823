"""Keeping the values of secrets out of what leaves the workers. Pure.

A secret can get into a tag (`tags: {key: ${secrets.x}}`), into a cause of failure (a URL in a message)
and into the URL of a slow request. All are masked where the coordinator takes a report, so that summaries, snapshots,
samples and messages never hold one.
"""

from dataclasses import replace

from loadr_config.secrets import Masker
from loadr_core.metrics.delta import Delta, FailureGain
from loadr_core.metrics.exemplars import SlowRequest
from loadr_core.metrics.tags import TagPairs


def masked_delta(delta: Delta, masker: Masker) -> Delta:
    """The delta with every form of every secret replaced, in tags, failures and slow requests."""
    if not delta.new_tags and not delta.failures and not delta.slow:
        return delta
    return replace(
        delta,
        new_tags=tuple(_masked_tags(pairs, masker) for pairs in delta.new_tags),
        failures=tuple(_masked_failure(failure, masker) for failure in delta.failures),
        slow=tuple(_masked_slow(request, masker) for request in delta.slow),
    )


def _masked_tags(pairs: TagPairs, masker: Masker) -> TagPairs:
    return tuple((key, masker.mask(value)) for key, value in pairs)


def _masked_slow(request: SlowRequest, masker: Masker) -> SlowRequest:
    return request._replace(origin=request.origin._replace(url=masker.mask(request.origin.url)))


def _masked_failure(failure: FailureGain, masker: Masker) -> FailureGain:
    return failure._replace(name=masker.mask(failure.name), cause=masker.mask(failure.cause))
