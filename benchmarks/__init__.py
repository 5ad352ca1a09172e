"""Benchmarks: the hot loop against peers and against the machine's own limit, in one run."""
