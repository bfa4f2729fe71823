"""Benchmarks of loadr against other load generators: one module per benchmark, see README.md."""
