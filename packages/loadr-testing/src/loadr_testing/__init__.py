"""loadr-testing."""
