"""The processes that the benchmark `data-feed` measures, each a program of its own, and the files that they read."""
