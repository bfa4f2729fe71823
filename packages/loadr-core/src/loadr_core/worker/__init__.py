"""Worker processes: an engine behind a pipe. Started as `python -m loadr_core.worker`."""
