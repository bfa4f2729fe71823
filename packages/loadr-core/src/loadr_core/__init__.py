"""loadr-core."""
