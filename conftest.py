"""What all tests share."""

import os

from hypothesis import settings

# No test depends on how fast the machine is.
settings.register_profile("loadr", deadline=None)
settings.load_profile("loadr")

# Runs of tests in this folder are nobody's results; tests of the store say where theirs is.
os.environ["LOADR_STORE"] = "off"
