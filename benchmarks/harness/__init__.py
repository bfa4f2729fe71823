"""What benchmarks share: the pinned target, measuring a process tree, statistics and reports."""
