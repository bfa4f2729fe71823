"""loadr-cli."""
