"""The harness's one error."""


class BenchmarkError(Exception):
    """A benchmark cannot run or its numbers cannot be trusted; the message says what to do."""
