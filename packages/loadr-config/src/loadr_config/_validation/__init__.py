"""From plain values to models, and from pydantic's errors to diagnostics."""
