"""What the benchmarks of starts run as processes of their own."""
