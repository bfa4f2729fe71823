import gzip
import zlib

import pytest

from loadr_js.hosts.compression import compressed
from loadr_js.runtime.outcomes import HostError
from loadr_protocols.http.codings import decoded


def test_codings_are_applied_one_after_the_other():
    assert gzip.decompress(compressed(b"text", "gzip")) == b"text"
    assert zlib.decompress(gzip.decompress(compressed(b"text", "deflate, gzip"))) == b"text"


def test_an_unknown_coding_is_refused():
    with pytest.raises(HostError, match="there is no compression 'lzw' here, but gzip, deflate, br, zstd"):
        compressed(b"", "lzw")


@pytest.mark.parametrize("coding", ["br", "zstd"])
def test_codings_of_other_packages(coding):
    assert decoded(compressed(b"text" * 100, coding), [coding], 1_000) == b"text" * 100
