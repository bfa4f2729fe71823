"""Outputs: files, time-series databases, collectors. Each is found by its entry point."""
