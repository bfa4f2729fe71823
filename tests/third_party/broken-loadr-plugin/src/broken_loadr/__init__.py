"""Importing this fails, as it does when a plugin's own dependency is missing."""

import a_module_that_nobody_has  # noqa: F401
