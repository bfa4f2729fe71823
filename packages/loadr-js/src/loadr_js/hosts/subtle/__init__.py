"""`crypto.subtle` (W3C Web Cryptography API) over the package cryptography: keys, ciphers, signatures, derived bits.

A key's material crosses with each operation and nothing of it stays here, so that no key outlives the script's own
object. Bytes cross as hexadecimal text. Digests are those of `hosts.digests`.
"""

from loadr_js.hosts.subtle.calls import subtle_functions

__all__ = ["subtle_functions"]
