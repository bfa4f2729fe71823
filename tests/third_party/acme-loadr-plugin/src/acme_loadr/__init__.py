"""A protocol and an output for loadr, from a third party."""
