"""Bounds on what is read, so that hostile input costs bounded time and memory."""

from typing import Final

MAX_BYTES: Final = 10_000_000
"""Size of one file; a larger one is refused before it is parsed."""

MAX_DEPTH: Final = 120
"""Nesting of maps and lists; pydantic's own guard stops at 255."""

MAX_NODES: Final = 400_000
"""Nodes of a plan after aliases and merge keys are expanded; a plan of 2,000 lines has some 10,000."""

MAX_FILES: Final = 100
"""Files of one plan, with all that it extends and includes."""

MAX_CHAIN: Final = 16
"""Files that include or extend each other in a row."""

MAX_OVERLAYS_CHECKED: Final = 20
"""Overlays that are validated although they were not chosen."""

MAX_CUTS: Final = 2_000
"""Mistakes that are cut out of a plan to look at the rest; a plan with more of them is another kind of file."""

MAX_DIAGNOSTICS: Final = 200
"""Errors that are kept, and warnings; who has more has one cause."""
