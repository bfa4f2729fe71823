"""Servers of the protocols benchmark, each a process of its own that counts what it has answered."""
