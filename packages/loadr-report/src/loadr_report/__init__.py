"""loadr-report."""
