"""The version that all of loadr's distributions share.

It stands here as well, since to look it up in the installed metadata costs a worker 2 MB and 20 ms.
"""

from typing import Final

VERSION: Final = "0.1.0"
