"""loadr-protocols."""
