"""loadr-config."""
