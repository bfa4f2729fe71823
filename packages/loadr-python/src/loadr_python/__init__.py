"""Scripts in Python: coroutines on the event loop that generates the load."""
