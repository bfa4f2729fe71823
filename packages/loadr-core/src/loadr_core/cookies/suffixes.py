"""Public suffixes: domains such as `co.uk`, for which nobody may set a cookie.

The list is that of publicsuffix.org, as the package publicsuffixlist carries it. Reading it takes
30 ms and 2 MB, so that it waits for the first plan or cookie that needs it.
"""

from functools import cache
from typing import Protocol


class _Suffixes(Protocol):
    def is_public(self, domain: str) -> bool: ...


@cache
def load_public_suffixes() -> _Suffixes:
    """The list, read once per process."""
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415 - see above

    suffixes: _Suffixes = PublicSuffixList()
    return suffixes


def is_public_suffix(domain: str) -> bool:
    """Whether a domain, in lower case, is a public suffix; names without a dot are."""
    return load_public_suffixes().is_public(domain)
